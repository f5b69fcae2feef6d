//! The oracle: every project of ../shared/corpus is converted, run on real TiDB 7.5 and 8.5 and, as it was, on
//! PostgreSQL, and the schemas are compared. `tests/tidb/servers.sh run cargo test --features verify --test oracle --
//! --nocapture` runs it; ORACLE_PROJECTS=kratos,keto only for some; UPDATE_FLOORS=1 raises the floors.

mod convert;
mod corpus;
mod differential;
mod downs;
mod files;
mod floors;
mod lanes;
mod lint_fix;
mod lint_guard;
mod lint_lists;
mod machinery;
mod measure;
mod preflight;
mod rules;
mod table;
mod tidb_tests;
mod tools;

use corpus::Corpus;

#[test]
fn the_corpus_arrives_on_tidb() {
    let Some(servers) = lanes::Servers::from_env() else { return };
    let Some(mut corpus) = Corpus::find() else { return };
    let began = std::time::Instant::now();
    let runs = lanes::run(&servers, &mut corpus).unwrap_or_else(|error| panic!("{error}"));
    assert!(!corpus.groups.is_empty(), "there was no time for any project");
    let measured = measure::measure(&corpus, &runs);
    println!("{}", table::render(&measured));
    files::write(&corpus, &runs, &measured)
        .unwrap_or_else(|error| panic!("cannot write target/oracle: {error}"));
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "oracle: {} groups in {seconds:.0} s; details are in {}",
        corpus.groups.len(),
        corpus::output().display()
    );
    floors::check(&measured, corpus.complete).unwrap_or_else(|error| panic!("{error}"));
}
