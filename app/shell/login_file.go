//go:build linux || darwin

package shell

import (
	"errors"
	"os"
	"path/filepath"
)

// Set makes it start with the session, or no longer. The file is there whole or
// not at all, because the desktop reads it before anybody could mend it.
func (l Login) Set(on bool) error {
	path, err := l.file()
	if err != nil {
		return cannotStart(err)
	}
	if !on {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return cannotStart(err)
		}
		return nil
	}
	args, err := l.command()
	if err != nil {
		return cannotStart(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), folderMode); err != nil {
		return cannotStart(err)
	}
	half := path + ".part"
	if err := os.WriteFile(half, l.entry(args), 0o600); err != nil {
		return cannotStart(err)
	}
	return cannotStart(os.Rename(half, path))
}
