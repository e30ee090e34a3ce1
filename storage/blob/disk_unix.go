//go:build unix

package blob

import (
	"errors"
	"syscall"
)

// syncDir makes a name in a directory durable.
func (s *Store) syncDir(dir string) error {
	d, err := s.root.Open(dir)
	if err != nil {
		return fault("open directory", err)
	}
	defer func() { _ = d.Close() }()
	if err := d.Sync(); err != nil {
		return fault("sync directory", err)
	}
	return nil
}

// Free is how many bytes the disk has left for us.
func (s *Store) Free() (int64, error) {
	d, err := s.root.Open(".")
	if err != nil {
		return 0, fault("open directory", err)
	}
	defer func() { _ = d.Close() }()
	var st syscall.Statfs_t
	if err := syscall.Fstatfs(int(d.Fd()), &st); err != nil {
		return 0, fault("ask for free space", err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

func isQuota(err error) bool { return errors.Is(err, syscall.EDQUOT) }
