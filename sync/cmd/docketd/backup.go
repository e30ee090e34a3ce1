package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"docket/app/desk"
	"docket/storage/blob"
	"docket/storage/ledger"
	"docket/sync/cmd/docketd/run"
	"docket/sync/wire"
)

// A backup is a folder: the ledger as one file, the attachments in the layout
// they have on the server, and backup.json last. A folder without backup.json
// is a backup that was broken off, and is not restored from.
const (
	backupLedger = "ledger.db"
	backupFiles  = "files"
	backupNote   = "backup.json"
)

// backupInfo is backup.json.
type backupInfo struct {
	Made    time.Time     `json:"made"`
	Version string        `json:"version"`
	Ledger  ledger.Report `json:"ledger"`
	Files   int           `json:"files"`
	Bytes   int64         `json:"bytes"`
}

type backupCmd struct {
	store
	Folder string `arg:"" help:"A new folder for the backup." type:"path"`
}

// Run copies the ledger first: files are only ever added, so every file the
// copy names is there when it is copied after.
func (b *backupCmd) Run(ctx context.Context, c console) (err error) {
	if err := os.Mkdir(b.Folder, 0o700); errors.Is(err, fs.ErrExist) {
		return &desk.Error{Code: desk.CodeInvalid, Message: fmt.Sprintf("%s is there already.", b.Folder), Hint: "A backup goes into a folder of its own; name a new one."}
	} else if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	l, err := run.Open(ctx, b.config())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	copyOf := filepath.Join(b.Folder, backupLedger)
	if _, err := l.Backup(ctx, copyOf); err != nil {
		return fmt.Errorf("copy ledger: %w", err)
	}
	info := backupInfo{Made: time.Now().UTC().Truncate(time.Second), Version: version()}
	info.Files, info.Bytes, err = copied(b.files(ctx), inFolder(b.Folder))
	if err != nil {
		return fmt.Errorf("copy files: %w", err)
	}
	if info.Ledger, err = ledger.Verify(ctx, copyOf, wire.Codec{}); err != nil {
		return fmt.Errorf("verify ledger: %w", err)
	}
	if err := sound(info.Ledger); err != nil {
		return err
	}
	note, err := json.MarshalIndent(info, "", "  ")
	if err != nil {
		return fmt.Errorf("encode note: %w", err)
	}
	if err := writeDurably(filepath.Join(b.Folder, backupNote), append(note, '\n')); err != nil {
		return fmt.Errorf("write note: %w", err)
	}
	fmt.Fprintf(c.out, "%s, %s and %s in %s. The copy was read back and is whole.\n",
		plural(info.Ledger.Tickets, "ticket", "tickets"), plural(info.Ledger.Entries, "entry", "entries"), plural(info.Files, "file", "files"), b.Folder)
	return nil
}

// sound turns what a check found into an error.
func sound(r ledger.Report) error {
	if len(r.Problems) == 0 {
		return nil
	}
	return &desk.Error{
		Code: desk.CodeDamaged, Message: fmt.Sprintf("The copy contradicts itself in %s, first: %s.", plural(len(r.Problems), "place", "places"), r.Problems[0]),
		Hint: "Keep the older backups and look at the disk.",
	}
}

type restoreCmd struct {
	store
	Folder string `arg:"" help:"The folder of a backup." type:"existingdir"`
}

// Run restores into an empty place only. Clients notice by the new epoch and
// send again what they know and the backup does not.
func (r *restoreCmd) Run(ctx context.Context, c console) error {
	b, err := os.ReadFile(filepath.Join(r.Folder, backupNote))
	var info backupInfo
	if err == nil {
		err = json.Unmarshal(b, &info)
	}
	if err != nil {
		return &desk.Error{
			Code: desk.CodeDamaged, Message: fmt.Sprintf("%s is no whole backup: its %s cannot be read.", r.Folder, backupNote),
			Hint: "The backup was broken off. Use an older one.", Err: err,
		}
	}
	if _, err := os.Stat(filepath.Join(r.Data, backupLedger)); r.DSN == "" && err == nil {
		return &desk.Error{
			Code: desk.CodeInvalid, Message: fmt.Sprintf("There is a desk in %s already.", r.Data),
			Hint: "Stop the server and move ledger.db and files away first, so that nothing is lost if the backup is the wrong one. Leave the list named deleted there: what it names is deleted again before anybody is served.",
		}
	}
	if err := os.MkdirAll(r.Data, 0o700); err != nil {
		return fmt.Errorf("make data folder: %w", err)
	}
	n, _, err := copied(inFolder(r.Folder), r.files(ctx))
	if err != nil {
		return fmt.Errorf("copy files: %w", err)
	}
	if n != info.Files {
		return &desk.Error{Code: desk.CodeDamaged, Message: fmt.Sprintf("The backup has %d files where it had %d.", n, info.Files), Hint: "Use another copy of it."}
	}
	dsn := r.DSN
	if dsn == "" {
		dsn = "sqlite:" + filepath.Join(r.Data, backupLedger)
	}
	report, err := ledger.Restore(ctx, filepath.Join(r.Folder, backupLedger), dsn, wire.Codec{})
	if err != nil {
		return fmt.Errorf("restore ledger: %w", err)
	}
	if err := sound(report); err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%s, %s and %s restored from %s.\nClients send again what they had confirmed after that; start the server.\n",
		plural(report.Tickets, "ticket", "tickets"), plural(report.Entries, "entry", "entries"), plural(n, "file", "files"), info.Made.Format("2006-01-02 15:04 MST"))
	return nil
}

// copyFiles copies every attachment and checks its bytes against its name.
func copyFiles(from, to *blob.Store) (n int, size int64, err error) {
	err = from.Hashes(func(hash desk.BlobHash) error {
		k, err := copyFile(from, to, hash)
		n, size = n+1, size+k
		return err
	})
	return n, size, err
}

func copyFile(from, to *blob.Store, hash desk.BlobHash) (int64, error) {
	r, err := from.Open(hash)
	if err != nil {
		return 0, err
	}
	info, err := to.Put(r, math.MaxInt64)
	if err == nil && info.Hash != hash {
		err = &desk.Error{Code: desk.CodeDamaged, Message: fmt.Sprintf("The file %s is not as it was written.", hash), Hint: "Take it from an older backup."}
	}
	return info.Size, errors.Join(err, r.Close())
}

// inFolder is where a backup has its attachments.
func inFolder(backup string) func() (*blob.Store, error) {
	return func() (*blob.Store, error) { return blob.Open(filepath.Join(backup, backupFiles), blob.Options{}) }
}

// copied opens two places for attachments, copies from one to the other and
// closes both.
func copied(from, to func() (*blob.Store, error)) (n int, size int64, err error) {
	src, err := from()
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, src.Close()) }()
	dst, err := to()
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, dst.Close()) }()
	return copyFiles(src, dst)
}

func writeDurably(path string, b []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}
