//! An assessment as a page: for who decides, the verdict and the numbers; for who does it, every rule and statement.

use super::assess::{Assessment, Entry, RuleRow, Verdict, fidelity, percent};
use super::html::{escape, marked, page, paragraphs, prose};
use super::record::Status;
use crate::diagnostic::Fidelity;
use std::fmt::Write;

/// How many statements are shown; the gravest come first.
const STATEMENTS: usize = 1_500;
/// How much of a statement is shown.
const LENGTH: usize = 6_000;

/// The whole page.
pub fn assessment(assessment: &Assessment) -> String {
    let mut body = String::new();
    head(assessment, &mut body);
    outcomes(assessment, &mut body);
    rules(assessment, &mut body);
    todo(assessment, &mut body);
    statements(assessment, &mut body);
    let _ = writeln!(
        body,
        "<footer>Made by pg2tidb {} from files alone: no database was asked.</footer>\n</main>",
        assessment.version
    );
    page(&format!("{}: PostgreSQL to TiDB", assessment.project), &body)
}

fn head(assessment: &Assessment, body: &mut String) {
    let Assessment { project, layout, target, files, statements, kept, effort, .. } = assessment;
    let mood = match assessment.verdict {
        Verdict::Ready | Verdict::Review | Verdict::Empty => "good",
        Verdict::Feasible | Verdict::Partial => "fair",
        Verdict::Redesign => "poor",
    };
    let _ = writeln!(
        body,
        "<main>\n<header>\n<div class=\"bar\"><span class=\"brand\">pg2tidb assess</span>\
         <button id=\"theme\" type=\"button\" aria-label=\"light or dark\">◐</button></div>\n<h1>{}</h1>\n\
         <p class=\"about\">{} · {files} files · {statements} statements · for TiDB {target}</p>\n\
         <p class=\"verdict {mood}\" id=\"verdict\">{}</p>\n</header>\n<section class=\"tiles\" aria-label=\"numbers\">",
        escape(project),
        escape(layout),
        escape(&assessment.verdict_line)
    );
    let by_itself = percent(statements - kept.refused, *statements);
    for (class, number, label) in [
        ("", by_itself, "of the statements convert by themselves"),
        ("exact", kept.exact.to_string(), "keep all of their meaning"),
        ("approximate", kept.approximate.to_string(), "are the same for most values"),
        ("lossy", kept.lossy.to_string(), "lose something declared"),
        ("refused", kept.refused.to_string(), "need a person"),
        ("", effort.clone(), "of work, as the configuration's costs say"),
    ] {
        let _ = writeln!(
            body,
            "<div class=\"tile {class}\"><b>{}</b><span>{label}</span></div>",
            escape(&number)
        );
    }
    body.push_str("</section>\n");
}

/// A bar that is cut by what became of the statements, and its legend.
fn outcomes(assessment: &Assessment, body: &mut String) {
    let counts = assessment.outcomes;
    let parts = [
        ("unchanged", "unchanged", counts.unchanged),
        ("rewritten", "rewritten", counts.rewritten),
        ("folded", "folded into another", counts.folded),
        ("dropped", "dropped: nothing to keep", counts.dropped),
        ("refused", "refused", counts.refused),
    ];
    let all = assessment.statements.max(1);
    body.push_str("<section>\n<h2>What becomes of the statements</h2>\n<svg class=\"chart\" viewBox=\"0 0 1000 56\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"");
    for (_, label, count) in parts {
        let _ = write!(body, "{label}: {count}. ");
    }
    body.push_str("\">");
    let mut done = 0;
    for (class, label, count) in parts.into_iter().filter(|(.., count)| *count > 0) {
        // what is there must be seen
        let (from, to) = (done * 1000 / all, (done + count) * 1000 / all);
        let width = (to - from).max(4);
        let _ = write!(
            body,
            "<rect class=\"{class}\" x=\"{}\" y=\"0\" width=\"{width}\" height=\"56\"><title>{label}: {count}</title></rect>",
            from.min(1000 - width)
        );
        done += count;
    }
    body.push_str("</svg>\n<ul class=\"legend\">\n");
    for (class, label, count) in parts {
        let _ = writeln!(
            body,
            "<li><button type=\"button\" class=\"key\" data-status=\"{class}\"><i class=\"{class}\"></i>{label} <b>{count}</b> <span>{}</span></button></li>",
            percent(count, assessment.statements)
        );
    }
    body.push_str("</ul>\n</section>\n");
}

fn rules(assessment: &Assessment, body: &mut String) {
    body.push_str("<section>\n<h2>What the rules found</h2>\n");
    if assessment.rules.is_empty() {
        body.push_str("<p>No rule has anything to say.</p>\n</section>\n");
        return;
    }
    body.push_str("<div class=\"scroll\"><table id=\"rules\">\n<thead><tr>");
    for (label, numeric) in [
        ("Rule", false),
        ("Keeps", false),
        ("Findings", true),
        ("Statements", true),
        ("Files", true),
        ("Minutes", true),
    ] {
        let class = if numeric { " class=\"n\"" } else { "" };
        let _ = write!(body, "<th{class} aria-sort=\"none\"><button type=\"button\">{label}</button></th>");
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for row in &assessment.rules {
        let RuleRow { code, name, findings, statements, files, minutes, .. } = row;
        let kept = row.fidelity.as_str();
        let _ = writeln!(
            body,
            "<tr><td><details><summary><code>{code}</code> {name}</summary>{}</details></td>\
             <td data-v=\"{}\"><span class=\"pill {kept}\">{kept}</span></td><td class=\"n\">{findings}</td>\
             <td class=\"n\"><button type=\"button\" class=\"link\" data-rule=\"{code}\">{statements}</button></td>\
             <td class=\"n\">{files}</td><td class=\"n\">{minutes}</td></tr>",
            details(row),
            row.fidelity as u8
        );
    }
    body.push_str("</tbody>\n</table></div>\n</section>\n");
}

fn details(row: &RuleRow) -> String {
    let mut out = format!("<p><b>{}</b></p>", prose(row.summary));
    out.push_str(&paragraphs(row.docs));
    for advice in &row.advice {
        let _ = write!(out, "<p class=\"advice\">{}</p>", prose(advice));
    }
    out.push_str("<ul class=\"places\">");
    for place in row.places.iter().take(20) {
        let at = format!("{}:{}", place.file, place.line);
        let link = place.entry.map_or_else(String::new, |entry| format!(" href=\"#s{entry}\""));
        let _ = write!(out, "<li><a{link}>{}</a> {}</li>", escape(&at), prose(&place.message));
    }
    if row.findings > 20 {
        let _ = write!(out, "<li>… and {} more</li>", row.findings - 20);
    }
    out + "</ul>"
}

fn todo(assessment: &Assessment, body: &mut String) {
    if assessment.todo.is_empty() {
        return;
    }
    body.push_str("<section>\n<h2>Files beside the SQL</h2>\n<ul class=\"todo\">\n");
    for todo in &assessment.todo {
        let _ = writeln!(body, "<li><code>{}</code> {}</li>", escape(&todo.file), prose(&todo.what));
    }
    body.push_str("</ul>\n</section>\n");
}

fn statements(assessment: &Assessment, body: &mut String) {
    let shown = assessment.shown(STATEMENTS);
    let changed = assessment.shown(usize::MAX).len();
    body.push_str("<section>\n<h2>Statements</h2>\n<form id=\"filters\" class=\"filters\">\n<label>Search <input id=\"q\" type=\"search\" placeholder=\"table, file, word\"></label>\n<label>Outcome <select id=\"status\"><option value=\"\">all</option>");
    for status in ["unchanged", "rewritten", "folded", "dropped", "refused"] {
        let _ = write!(body, "<option>{status}</option>");
    }
    body.push_str("</select></label>\n<label>Keeps <select id=\"kept\"><option value=\"\">all</option>");
    for kept in ["exact", "approximate", "lossy", "refused"] {
        let _ = write!(body, "<option>{kept}</option>");
    }
    body.push_str("</select></label>\n<label>Rule <select id=\"rule\"><option value=\"\">all</option>");
    for row in &assessment.rules {
        let _ = write!(body, "<option value=\"{}\">{} {}</option>", row.code, row.code, row.name);
    }
    let _ = writeln!(
        body,
        "</select></label>\n<button type=\"reset\">Clear</button>\n</form>\n<p id=\"count\" aria-live=\"polite\">{} statements</p>",
        shown.len()
    );
    if shown.len() < changed {
        let _ = writeln!(
            body,
            "<p class=\"about\">{changed} statements change or have something to be said about; these are the {} gravest.</p>",
            shown.len()
        );
    }
    body.push_str("<div id=\"statements\">\n");
    for at in shown {
        statement(at, &assessment.entries[at], body);
    }
    body.push_str("</div>\n</section>\n");
}

fn statement(at: usize, entry: &Entry, body: &mut String) {
    let record = &entry.record;
    let kept = fidelity(record);
    let status = status_word(record.status);
    let codes: Vec<&str> = record.diagnostics.iter().map(|finding| finding.code.as_str()).collect();
    let first = entry.source.split_whitespace().take(6).collect::<Vec<_>>().join(" ");
    let first: String = first.chars().take(80).collect();
    let _ = writeln!(
        body,
        "<article id=\"s{at}\" data-status=\"{status}\" data-kept=\"{}\" data-rules=\"{}\">\n<details{}><summary>\
         <span class=\"pill {}\">{}</span> <span class=\"at\">{}:{}</span> <span class=\"first\">{}</span></summary>",
        kept.as_str(),
        codes.join(" "),
        if kept == Fidelity::Refused { " open" } else { "" },
        if kept == Fidelity::Exact { status } else { kept.as_str() },
        if kept == Fidelity::Exact { status } else { kept.as_str() },
        escape(&record.file),
        record.line,
        escape(&first)
    );
    let source = shortened(&entry.source);
    let translation =
        shortened(&record.sql.iter().map(|sql| format!("{sql};")).collect::<Vec<_>>().join("\n"));
    let (left, right) = match record.sql.is_empty() {
        true => (escape(&source), String::new()),
        false => marked(&format!("{source};"), &translation),
    };
    let _ = write!(
        body,
        "<div class=\"sides\"><figure><figcaption>PostgreSQL</figcaption><pre>{left}</pre></figure>"
    );
    let _ = match record.sql.is_empty() {
        true => writeln!(
            body,
            "<figure><figcaption>TiDB</figcaption><p class=\"none\">{}</p></figure></div>",
            match record.status {
                Status::Refused => "Nothing is emitted: a person has to do it another way.",
                Status::Folded => "Nothing of its own: it is part of other statements.",
                _ => "Nothing: it has no effect worth keeping.",
            }
        ),
        false => writeln!(body, "<figure><figcaption>TiDB</figcaption><pre>{right}</pre></figure></div>"),
    };
    if !record.diagnostics.is_empty() {
        body.push_str("<ul class=\"findings\">");
        for finding in &record.diagnostics {
            let _ = write!(
                body,
                "<li><span class=\"pill {}\">{}</span> <code>{}</code> line {}: {}",
                finding.fidelity.as_str(),
                finding.fidelity.as_str(),
                finding.code,
                finding.line,
                prose(&finding.message)
            );
            if let Some(help) = &finding.help {
                let _ = write!(body, "<p class=\"advice\">{}</p>", prose(help));
            }
            body.push_str("</li>");
        }
        body.push_str("</ul>\n");
    }
    body.push_str("</details>\n</article>\n");
}

fn shortened(text: &str) -> String {
    if text.len() <= LENGTH {
        return text.to_owned();
    }
    let end = (0..=LENGTH).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    format!("{}\n… {} more bytes", &text[..end], text.len() - end)
}

fn status_word(status: Status) -> &'static str {
    match status {
        Status::Unchanged => "unchanged",
        Status::Rewritten => "rewritten",
        Status::Folded => "folded",
        Status::Dropped => "dropped",
        Status::Refused => "refused",
    }
}
