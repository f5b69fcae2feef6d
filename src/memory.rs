//! How the allocator of the command treats memory that was freed.

use libmimalloc_sys::{mi_option_large_os_pages, mi_option_set, mi_option_t};

/// Its number among mimalloc's options, in versions 2 and 3 (`mimalloc.h`); the crate has no name for it.
const PURGE_DELAY: mi_option_t = 15;

/// Keeps freed pages for the next file instead of giving them back to the system, and asks for large ones: getting them anew
/// took a third of a run over many projects. For programs whose global allocator is mimalloc, before they allocate much.
#[expect(unsafe_code, reason = "the crate offers mimalloc's options only as C has them")]
pub fn keep_freed_pages() {
    // SAFETY: both set an option that mimalloc reads atomically, at any time.
    unsafe {
        mi_option_set(PURGE_DELAY, -1);
        mi_option_set(mi_option_large_os_pages, 1);
    }
}
