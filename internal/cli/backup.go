package cli

import (
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/stance-sec/stance/internal/app"
	"github.com/stance-sec/stance/internal/estate"
)

// database are the flags that name a server's database.
type database struct {
	env       *Env
	data, url string
}

func (d *database) addTo(c *cobra.Command) {
	c.Flags().StringVar(&d.data, "data", "", "the server's `DIR` of embedded databases (default: stance/server below XDG_STATE_HOME)")
	c.Flags().StringVar(&d.url, "database", "", "the server's PostgreSQL at `URL` (also STANCE_DATABASE)")
}

// place returns the folder or the URL, of which one is empty.
func (d *database) place() (data, url string, err error) {
	if url = d.url; url == "" && d.data == "" {
		url = d.env.Getenv("STANCE_DATABASE")
	}
	if data = d.data; data == "" && url == "" {
		data, err = serverDir(d.env)
	}
	return data, url, err
}

// serverDir is where a server keeps its databases when the user names no place.
func serverDir(env *Env) (string, error) {
	runs, err := runsDir(env)
	return filepath.Join(filepath.Dir(runs), "server"), err
}

func newBackup(env *Env) *cobra.Command {
	at := &database{env: env}
	c := &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy a server's database, while it runs, to a file",
		Long: `Writes everything that a server keeps (inventory, history, findings, decisions, users,
audit log) to a file that restore reads: one moment of it, taken while the server runs.
What waits in the queue is not part of it; it comes back by schedule.`,
		Example: `  stance backup stance-$(date +%F).backup
  stance backup --database postgres://stance@db/stance /backups/stance.dump`,
		Args: arguments("a FILE"),
		RunE: func(c *cobra.Command, args []string) (err error) {
			data, url, err := at.place()
			if err != nil {
				return err
			}
			out, err := os.OpenFile(args[0], os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
			if err != nil {
				return estate.Errorf(estate.CodeIO, "write the backup", "%w", err)
			}
			defer func() {
				if closing := out.Close(); err == nil && closing != nil {
					err = estate.Errorf(estate.CodeIO, "write the backup", "%w", closing)
				}
				if err != nil {
					_ = os.Remove(args[0])
				}
			}()
			return app.Backup(c.Context(), data, url, out)
		},
	}
	at.addTo(c)
	return c
}

func newRestore(env *Env) *cobra.Command {
	at := &database{env: env}
	c := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a server's database from a backup",
		Long: `Makes the database of a server from a file that backup wrote. The server must not run,
and its database must be empty or not there.`,
		Example: `  stance restore stance-2026-11-22.backup --data /var/lib/stance`,
		Args:    arguments("a FILE"),
		RunE: func(c *cobra.Command, args []string) error {
			data, url, err := at.place()
			if err != nil {
				return err
			}
			in, err := os.Open(args[0])
			if err != nil {
				return estate.Errorf(estate.CodeInvalid, "read the backup", "%w", err)
			}
			defer in.Close() //nolint:errcheck // only read
			return app.Restore(c.Context(), data, url, io.Reader(in))
		},
	}
	at.addTo(c)
	return c
}
