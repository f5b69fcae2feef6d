//! The `pg2tidb` command; everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    pg2tidb::cli::main()
}
