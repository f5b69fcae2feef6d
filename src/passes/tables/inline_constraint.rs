//! Not built yet.

use crate::passes::{Cx, Work};

pub fn pass(_cx: &mut Cx<'_>, _work: &mut Work) {}
