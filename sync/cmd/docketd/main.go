// Docketd is Docket's server: it keeps a desk's tickets and lets clients sync
// with them. "docketd --help" lists its commands, README.md beside this file
// says more.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
	_ "time/tzdata" // Windows has no zones of its own, and every computer counts the same

	"github.com/alecthomas/kong"

	"docket/app/desk"
	"docket/storage/blob"
	"docket/sync/cmd/docketd/run"
)

// store is where a desk lies; every command but tap asks for it.
type store struct {
	Data string `help:"Folder of the desk: its ledger and its files." type:"path" default:"docketd-data" env:"DOCKET_DATA"`
	DSN  string `help:"Another store for the ledger, such as postgres://user@host/docket." placeholder:"URL" env:"DOCKET_DSN"`
	// Several servers of one desk need both to be elsewhere.
	Attachments string `help:"A bucket for the attachments, such as s3://name?region=eu-central-1, instead of the folder." placeholder:"URL" env:"DOCKET_ATTACHMENTS"`
}

func (s store) config() run.Config {
	return run.Config{Data: s.Data, DSN: s.DSN, Attachments: s.Attachments, Clock: time.Now, Version: version()}
}

// files opens where the desk has its attachments.
func (s store) files(ctx context.Context) func() (*blob.Store, error) {
	return func() (*blob.Store, error) { return run.OpenFiles(ctx, s.config()) }
}

// program is every command, as kong reads the command line.
type program struct {
	Serve   serveCmd         `cmd:"" help:"Serve the desk to its clients until told to stop."`
	Apply   applyCmd         `cmd:"" help:"Make the desk what a desk.yaml says: departments, organizations, people."`
	Person  personCmd        `cmd:"" help:"Passwords, invitations and devices of people."`
	Policy  policyCmd        `cmd:"" help:"What the departments' switches do to tickets."`
	Import  importCmd        `cmd:"" help:"Bring conversations from elsewhere into the desk."`
	Article articleCmd       `cmd:"" help:"Articles of the knowledge base."`
	Backup  backupCmd        `cmd:"" help:"Copy the desk while it runs, and verify the copy."`
	Restore restoreCmd       `cmd:"" help:"Make a desk from a backup."`
	Tap     tapCmd           `cmd:"" help:"Print what the server and a client say to each other, as JSON."`
	Version kong.VersionFlag `help:"Print the version."`
}

// console is where a command reads and writes; tests give their own.
type console struct {
	in       io.Reader
	out, err io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(execute(ctx, os.Args[1:], console{os.Stdin, os.Stdout, os.Stderr}))
}

// execute runs one command line and gives the exit status.
func execute(ctx context.Context, args []string, c console) int {
	var p program
	parser, err := kong.New(&p,
		kong.Name("docketd"), kong.Description("The server of Docket, the support inbox that keeps working when the network does not."),
		kong.Writers(c.out, c.err), kong.Vars{"version": "docketd " + version()}, kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(c),
	)
	if err != nil {
		fmt.Fprintln(c.err, "docketd:", err)
		return 2
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(c.err, "docketd: %v\nTry docketd --help.\n", err)
		return 2
	}
	if err := k.Run(); err != nil {
		complain(c.err, err)
		return 1
	}
	return 0
}

// complain says what happened and what to do; whatever nobody expected is
// printed as it is, because an operator reads it.
func complain(w io.Writer, err error) {
	var e *desk.Error
	if !errors.As(err, &e) || e.Code == desk.CodeInternal {
		fmt.Fprintln(w, "docketd:", err)
		return
	}
	fmt.Fprintln(w, "docketd:", e.Message)
	if e.Hint != "" {
		fmt.Fprintln(w, e.Hint)
	}
}

// version is the one the build was made from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "dev"
	}
	return info.Main.Version
}
