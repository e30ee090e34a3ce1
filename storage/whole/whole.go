// Package whole writes small files so that they are there whole or not at all,
// whenever the power goes.
package whole

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
)

// Write puts b into the file at path, mode 0600. When it returns nil the
// content and its name are durable; otherwise the file is as it was.
func Write(path string, b []byte) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(dir)
}

// syncDir makes the new name durable. Windows has no such call; there a rename
// is made durable by the file system's own journal.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
