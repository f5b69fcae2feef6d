//! Files of no tool that is known.

use super::{Order, Tool};
use crate::config::Layout;

pub static TOOL: Tool = Tool {
    detected_by: "nothing else fits",
    order: |_| Order::Natural,
    ordered_by: "names; what is called schema comes first, data last",
    directives: "those of all tools",
    run: "whatever runs the files now, in the same order, with a MySQL driver",
    ..Tool::new(Layout::Plain, "plain files", |_| Some("nothing tells of a tool"))
};
