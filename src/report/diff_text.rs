//! A difference as text, as Markdown for a pull request's comment, and as a page.

use super::diff::{Change, Difference, FileDiff};
use super::html;
use super::markdown::{block, cell, code};
use crate::diagnostic::Fidelity;
use std::fmt::Write;

/// For a terminal or a log: what is new first, then the unified diffs.
pub fn human(difference: &Difference) -> String {
    let mut out = format!(
        "{} → {}, TiDB {}: {}\n",
        difference.old,
        difference.new,
        difference.target,
        difference.summary()
    );
    for diff in &difference.files {
        for news in &diff.news {
            let word = news.fidelity.as_str();
            let _ = writeln!(out, "{}:{}: {word}: {}: {}", diff.file, news.line, news.code, news.message);
        }
    }
    for diff in &difference.files {
        let _ = write!(out, "\n{}", diff.diff);
    }
    out
}

/// For a comment: at most `limit` bytes, refused and lossy statements first.
pub fn markdown(difference: &Difference, limit: usize) -> String {
    let mut out = format!(
        "### pg2tidb: {} → {}, TiDB {}\n\n",
        cell(&difference.old),
        cell(&difference.new),
        difference.target
    );
    let _ = writeln!(out, "{}.", difference.summary());
    let end = |left: usize| format!("\n_{left} more files do not fit here: `pg2tidb diff` shows them._\n");
    let room = limit.saturating_sub(end(difference.files.len()).len());
    let grave: Vec<String> = difference.files.iter().flat_map(grave).collect();
    if !grave.is_empty() {
        out.push_str("\n| | where | what |\n|---|---|---|\n");
        let mut left = grave.len();
        for row in &grave {
            if out.len() + row.len() > room / 2 {
                break;
            }
            out.push_str(row);
            left -= 1;
        }
        if left > 0 {
            let _ = writeln!(out, "\n… and {left} more refused or lossy statements.");
        }
    }
    for (n, diff) in difference.files.iter().enumerate() {
        let part = collapsible(diff);
        let part = if out.len() + part.len() > room { collapsible_without(diff) } else { part };
        if out.len() + part.len() > room {
            out.push_str(&end(difference.files.len() - n));
            break;
        }
        out.push_str(&part);
    }
    out
}

fn grave(diff: &FileDiff) -> Vec<String> {
    let grave = diff.news.iter().filter(|news| matches!(news.fidelity, Fidelity::Refused | Fidelity::Lossy));
    let row = |news: &super::diff::News| {
        let mark = if news.fidelity == Fidelity::Refused { "🛑 refused" } else { "⚠️ lossy" };
        let at = code(&format!("{}:{}", diff.file, news.line));
        let help = news.help.as_ref().map_or_else(String::new, |help| format!("<br>{}", cell(help)));
        format!("| {mark} | {at} | {} {}{help} |\n", news.code, cell(&news.message))
    };
    grave.map(row).collect()
}

fn heading(diff: &FileDiff) -> String {
    let word = match diff.change {
        Change::Added => "new, ",
        Change::Removed => "removed, ",
        Change::Changed => "",
    };
    format!("<code>{}</code> ({word}+{} −{})", html::escape(&diff.file), diff.added, diff.removed)
}

fn collapsible(diff: &FileDiff) -> String {
    let mut out = format!("\n<details><summary>{}</summary>\n\n", heading(diff));
    for news in diff.news.iter().filter(|news| news.fidelity == Fidelity::Approximate) {
        let _ = writeln!(out, "- line {}: {} {}", news.line, news.code, cell(&news.message));
    }
    let _ = write!(out, "\n{}\n</details>\n", block("diff", &diff.diff));
    out
}

fn collapsible_without(diff: &FileDiff) -> String {
    format!("\n- {}: too long to be shown here\n", heading(diff))
}

/// As a page.
pub fn page(difference: &Difference) -> String {
    let mut body = format!(
        "<main>\n<header><div class=\"bar\"><span class=\"brand\">pg2tidb diff</span>\
         <button id=\"theme\" type=\"button\" aria-label=\"light or dark\">◐</button></div>\n<h1>{} → {}</h1>\n\
         <p class=\"verdict {}\">{}</p></header>\n",
        html::escape(&difference.old),
        html::escape(&difference.new),
        if difference.refused > 0 {
            "poor"
        } else if difference.lossy > 0 {
            "fair"
        } else {
            "good"
        },
        html::escape(&difference.summary())
    );
    for diff in &difference.files {
        let grave = diff.news.iter().any(|news| matches!(news.fidelity, Fidelity::Refused | Fidelity::Lossy));
        let _ = write!(
            body,
            "<section class=\"file\"><details{}><summary>{}</summary>\n<ul class=\"findings\">",
            if grave { " open" } else { "" },
            heading(diff)
        );
        for news in &diff.news {
            let word = news.fidelity.as_str();
            let _ = write!(
                body,
                "<li><span class=\"pill {word}\">{word}</span> <code>{}</code> line {}: {}",
                news.code,
                news.line,
                html::prose(&news.message)
            );
            if let Some(help) = &news.help {
                let _ = write!(body, "<p class=\"advice\">{}</p>", html::prose(help));
            }
            body.push_str("</li>");
        }
        body.push_str("</ul>\n<pre class=\"unified\">");
        for line in diff.diff.lines() {
            let class = match line.as_bytes().first() {
                _ if line.starts_with("+++") || line.starts_with("---") => "hunk",
                Some(b'+') => "add",
                Some(b'-') => "cut",
                Some(b'@') => "hunk",
                _ => "",
            };
            let _ = writeln!(body, "<span class=\"{class}\">{}</span>", html::escape(line));
        }
        body.push_str("</pre>\n</details></section>\n");
    }
    body.push_str("</main>\n");
    html::page(&format!("{} → {}: what it means for TiDB", difference.old, difference.new), &body)
}
