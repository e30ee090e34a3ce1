package cache

import (
	"os"
	"path/filepath"
	"syscall"
)

// claimEvery is how much is written until the store may have begun a new file.
const claimEvery = 1 << 20

// claim takes the room of the files that Badger writes through a memory map, up
// to the size they have. Where nothing was written yet they are holes, and
// writing into a hole of a disk that has become full since the last look ends
// the process (RELIABILITY 1.6). That there is no room for all of it is no
// error: the next commit looks.
func (c *Cache) claim() {
	c.unclaimed = 0
	for _, pattern := range []string{"*.mem", "*.vlog"} {
		found, _ := filepath.Glob(filepath.Join(c.dir, storeDir, pattern))
		for _, name := range found {
			claimFile(name)
		}
	}
}

func claimFile(name string) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer func() { _ = f.Close() }()
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return
	}
	if sys, ok := st.Sys().(*syscall.Stat_t); ok && sys.Blocks*512 >= st.Size() {
		return
	}
	const keepSize = 1 // FALLOC_FL_KEEP_SIZE
	_ = syscall.Fallocate(int(f.Fd()), keepSize, 0, st.Size())
}
