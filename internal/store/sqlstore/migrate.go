package sqlstore

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/stance-sec/stance/internal/estate"
)

//go:embed schema/*.sql
var migrations embed.FS

// migrate brings the schema to that of the binary. A newer one is refused. Of those that
// start at once one migrates and the others wait.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "schema/*.sql")
	if err != nil {
		return err
	}
	slices.Sort(files)
	return s.write(ctx, "prepare the database", func(q session) error {
		if err := s.dialect.LockSchema(ctx, q.tx); err != nil {
			return err
		}
		if _, err := q.exec(ctx, `CREATE TABLE IF NOT EXISTS schema_version (version `+s.dialect.Type("INTEGER")+` NOT NULL)`); err != nil {
			return err
		}
		var version int
		if err := q.row(ctx, `SELECT COALESCE(MAX(version), 0) FROM schema_version`).Scan(&version); err != nil {
			return err
		}
		if version > len(files) {
			return estate.Errorf(estate.CodeInvalid, "open the database", "its schema has version %d, this stance knows %d", version, len(files)).
				WithHint("use a stance that is as new as the one that wrote it")
		}
		for i, name := range files[version:] {
			if err := s.apply(ctx, q, name); err != nil {
				return fmt.Errorf("migration %s: %w", name, err)
			}
			if _, err := q.exec(ctx, `INSERT INTO schema_version (version) VALUES (?)`, version+i+1); err != nil {
				return err
			}
		}
		return nil
	})
}

// apply runs the statements of a migration. Lines that begin with --sqlite or --postgres
// are for that database alone.
func (s *Store) apply(ctx context.Context, q session, name string) error {
	raw, err := migrations.ReadFile(name)
	if err != nil {
		return err
	}
	for _, statement := range statements(string(raw), s.dialect) {
		if _, err := q.exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// statements returns what a migration is in a dialect.
func statements(raw string, d Dialect) []string {
	var b strings.Builder
	for line := range strings.Lines(raw) {
		if rest, special := strings.CutPrefix(line, "--"); special {
			only, found := strings.CutPrefix(rest, d.Name()+" ")
			if !found {
				continue
			}
			line = only
		}
		b.WriteString(line)
	}
	text := b.String()
	for _, t := range []string{"TEXT", "INTEGER", "BLOB"} {
		text = strings.ReplaceAll(text, t, d.Type(t))
	}
	var list []string
	for _, s := range strings.Split(text, ";") {
		if s = strings.TrimSpace(s); s != "" {
			list = append(list, s)
		}
	}
	return list
}
