//! Sqitch: a plan that lists changes, and three folders of scripts.

use super::{Beside, Order, Tool, Tree};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "`sqitch.plan`",
    order,
    ordered_by: "`sqitch.plan`",
    directives: "none",
    beside: &[Beside { name: "sqitch.conf", todo: "set the engine to mysql and the targets to TiDB's" }],
    run: "`sqitch deploy db:mysql://…`",
    ..Tool::new(Layout::Sqitch, "Sqitch", detect)
};

fn detect(tree: &Tree<'_>) -> Option<&'static str> {
    tree.near("sqitch.plan").then_some("sqitch.plan")
}

/// A change is a line that begins with its name; pragmas begin with `%`, tags with `@`.
fn order(tree: &Tree<'_>) -> Order {
    let plan =
        tree.text_of("sqitch.plan").or_else(|| std::fs::read_to_string(tree.above("sqitch.plan")?).ok());
    let plan = plan.unwrap_or_default();
    let names = plan.lines().filter(|line| !line.starts_with(['%', '#', '@', '-', ' ', '\t']));
    Order::Listed(names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect())
}
