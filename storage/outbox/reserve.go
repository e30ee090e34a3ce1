package outbox

import (
	"errors"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
)

// reserveStep is how much of the reserve is given up at a time.
const reserveStep = 1 << 20

// reserve is a file of bytes that stand for nothing, so that a full disk still
// takes what a person wrote. It is filled with written bytes and not with a
// hole, because only those take up room.
type reserve struct {
	fs   FS
	path string
	want int64

	mu   sync.Mutex // guards size and the file: both logs may ask at once
	size int64
}

// fill brings the reserve to its full size as far as the disk allows. That it
// cannot is no error: there is then just less to give up.
func (r *reserve) fill() {
	if r.want < 0 {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	f, err := r.fs.Open(r.path, true)
	if err != nil {
		return
	}
	defer f.Close()
	if r.size, err = f.Size(); err != nil || r.size >= r.want {
		return
	}
	step := make([]byte, reserveStep)
	for i := range step {
		// Not zeros: some file systems store those as nothing.
		step[i] = byte(i*131 + i>>8)
	}
	for r.size < r.want {
		if _, err := f.WriteAt(step, r.size); err != nil {
			_ = f.Truncate(r.size)
			break
		}
		r.size += reserveStep
	}
	_ = errors.Join(f.Sync(), r.fs.SyncDir(filepath.Dir(r.path)))
}

// spare gives a step of the reserve back to the disk.
func (r *reserve) spare() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.size < reserveStep {
		return false
	}
	f, err := r.fs.Open(r.path, false)
	if err != nil {
		return false
	}
	defer f.Close()
	if err := errors.Join(f.Truncate(r.size-reserveStep), f.Sync()); err != nil {
		return false
	}
	r.size -= reserveStep
	return true
}

// isFull reports whether err says that the disk, or the person's share of it,
// is full.
func isFull(err error) bool {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return true
	}
	// ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL.
	return runtime.GOOS == "windows" && (errors.Is(err, syscall.Errno(39)) || errors.Is(err, syscall.Errno(112)))
}
