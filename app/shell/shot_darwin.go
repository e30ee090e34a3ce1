//go:build darwin && (dev || production) && !bindings

package shell

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// takeScreen lets the system's own program ask what to take. It writes only to
// files; this one lies in a directory of its own and is gone once it was read.
func takeScreen(ctx context.Context) ([]byte, error) {
	dir, err := os.MkdirTemp("", "docket-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "screen.png")
	if err := exec.CommandContext(ctx, "/usr/sbin/screencapture", "-i", "-x", "-t", "png", path).Run(); err != nil {
		return nil, errNoShot
	}
	b, err := readAway(path)
	if errors.Is(err, fs.ErrNotExist) { // they pressed Escape
		return nil, nil
	}
	return b, err
}
