//go:build linux

package diskfull_test

import (
	"fmt"
	"os"
	"syscall"
	"testing"
)

// disk is a small file system of its own in memory. Making it smaller takes the
// room away in one moment, as another program does that writes much.
type disk struct {
	t    testing.TB
	path string
	most int64
}

// newDisk mounts one, or says why that cannot be done.
func newDisk(t testing.TB, most int64) (*disk, error) {
	d := &disk{t: t, path: t.TempDir(), most: most}
	if err := syscall.Mount("tmpfs", d.path, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, fmt.Sprintf("size=%d,mode=700", most)); err != nil {
		return nil, fmt.Errorf("mount a tmpfs: %w", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(d.path, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return d, nil
}

// used is how many bytes are taken.
func (d *disk) used() int64 {
	var st syscall.Statfs_t
	if err := syscall.Statfs(d.path, &st); err != nil {
		d.t.Fatal(err)
	}
	return int64(st.Blocks-st.Bfree) * st.Bsize
}

// leave takes all room away but so many bytes.
func (d *disk) leave(free int64) {
	page := int64(os.Getpagesize())
	size := (d.used() + free + page - 1) / page * page
	d.resize(max(size, page))
}

// free gives everything back.
func (d *disk) free() { d.resize(d.most) }

func (d *disk) resize(size int64) {
	for range 100 { // what is written meanwhile may take more than is left
		err := syscall.Mount("tmpfs", d.path, "tmpfs", syscall.MS_REMOUNT|syscall.MS_NOSUID|syscall.MS_NODEV, fmt.Sprintf("size=%d,mode=700", size))
		if err == nil {
			return
		}
		size += 64 << 10
	}
	d.t.Fatal("the disk cannot be made smaller")
}
