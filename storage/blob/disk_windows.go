package blob

import (
	"errors"

	"golang.org/x/sys/windows"
)

// syncDir has nothing to do: a directory cannot be synced on Windows, and NTFS
// keeps renames in its journal.
func (s *Store) syncDir(string) error { return nil }

// Free is how many bytes the disk has left for us.
func (s *Store) Free() (int64, error) {
	var free uint64
	name, err := windows.UTF16PtrFromString(s.root.Name())
	if err != nil {
		return 0, fault("ask for free space", err)
	}
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, fault("ask for free space", err)
	}
	return int64(free), nil
}

// isQuota also knows Windows' own word for a full disk.
func isQuota(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}
