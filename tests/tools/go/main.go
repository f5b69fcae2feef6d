// Command runner runs migrations as goose, golang-migrate, sql-migrate and Atlas do, with their own code: it prints how
// many it applied, or says what failed and exits with 1.
//
//	runner TOOL up|down DIR DSN
package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"ariga.io/atlas/sql/migrate"
	atlasmysql "ariga.io/atlas/sql/mysql"
	_ "github.com/go-sql-driver/mysql"
	gomigrate "github.com/golang-migrate/migrate/v4"
	_ "github.com/golang-migrate/migrate/v4/database/mysql"
	_ "github.com/golang-migrate/migrate/v4/source/file"
	"github.com/pressly/goose/v3"
	sqlmigrate "github.com/rubenv/sql-migrate"
)

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: runner TOOL up|down DIR DSN")
		os.Exit(2)
	}
	tools := map[string]func(up bool, dir, dsn string) (int, error){
		"goose": runGoose, "golang-migrate": runGolangMigrate, "sql-migrate": runSQLMigrate, "atlas": runAtlas,
	}
	run, known := tools[os.Args[1]]
	if !known {
		fmt.Fprintln(os.Stderr, "no such tool:", os.Args[1])
		os.Exit(2)
	}
	count, err := run(os.Args[2] == "up", os.Args[3], os.Args[4])
	fmt.Println(count)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// As `goose tidb DSN up` and `down-to 0`. The data source has no multiStatements: each statement goes by itself.
func runGoose(up bool, dir, dsn string) (int, error) {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	provider, err := goose.NewProvider(goose.DialectTiDB, db, os.DirFS(dir))
	if err != nil {
		return 0, err
	}
	var results []*goose.MigrationResult
	if up {
		results, err = provider.Up(context.Background())
	} else {
		results, err = provider.DownTo(context.Background(), 0)
	}
	var partial *goose.PartialError
	if errors.As(err, &partial) {
		return len(partial.Applied), fmt.Errorf("%s: %w", partial.Failed.Source.Path, partial.Err)
	}
	return len(results), err
}

func runGolangMigrate(up bool, dir, dsn string) (int, error) {
	m, err := gomigrate.New("file://"+dir, "mysql://"+dsn)
	if err != nil {
		return 0, err
	}
	defer m.Close()
	step, count := 1, 0
	if !up {
		step = -1
	}
	for {
		err := m.Steps(step)
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, gomigrate.ErrNoChange) {
			return count, nil
		}
		if err != nil {
			return count, err
		}
		count++
	}
}

func runSQLMigrate(up bool, dir, dsn string) (int, error) {
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	direction := sqlmigrate.Up
	if !up {
		direction = sqlmigrate.Down
	}
	return sqlmigrate.Exec(db, "mysql", &sqlmigrate.FileMigrationSource{Dir: dir}, direction)
}

// As `atlas migrate apply`: the directory's hash is checked first.
func runAtlas(up bool, dir, dsn string) (int, error) {
	if !up {
		return 0, errors.New("versioned directories of Atlas have no downs")
	}
	local, err := migrate.NewLocalDir(dir)
	if err != nil {
		return 0, err
	}
	if err := migrate.Validate(local); err != nil {
		return 0, fmt.Errorf("atlas.sum: %w", err)
	}
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	driver, err := atlasmysql.Open(db)
	if err != nil {
		return 0, err
	}
	applied := &revisions{}
	executor, err := migrate.NewExecutor(driver, local, applied, migrate.WithAllowDirty(true))
	if err != nil {
		return 0, err
	}
	err = executor.ExecuteN(context.Background(), 0)
	count := 0
	for _, revision := range applied.list {
		if revision.Error == "" && revision.Applied == revision.Total {
			count++
		}
	}
	return count, err
}

// Revisions in memory: Atlas's own command keeps them in a table, with code that its library does not have.
type revisions struct{ list []*migrate.Revision }

func (r *revisions) Ident() *migrate.TableIdent { return &migrate.TableIdent{Name: "atlas_schema_revisions"} }

func (r *revisions) ReadRevisions(context.Context) ([]*migrate.Revision, error) { return r.list, nil }

func (r *revisions) ReadRevision(_ context.Context, version string) (*migrate.Revision, error) {
	for _, revision := range r.list {
		if revision.Version == version {
			return revision, nil
		}
	}
	return nil, migrate.ErrRevisionNotExist
}

func (r *revisions) WriteRevision(_ context.Context, revision *migrate.Revision) error {
	for i := range r.list {
		if r.list[i].Version == revision.Version {
			r.list[i] = revision
			return nil
		}
	}
	r.list = append(r.list, revision)
	return nil
}

func (r *revisions) DeleteRevision(context.Context, string) error { return nil }
