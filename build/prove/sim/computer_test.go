package sim

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"docket/app/desk"
	"docket/app/seam"
	"docket/build/prove/simnet"
	"docket/storage/cache"
	"docket/storage/outbox"
	"docket/storage/outbox/outboxtest"
	"docket/sync/engine"
	"docket/sync/wire"
)

var errDead = errors.New("this computer crashed")

// computer is one of a person's.
type computer struct {
	w      *world
	n      int
	person desk.PersonID
	token  string
	device desk.DeviceID
	dir    string
	line   *simnet.Line

	offset atomic.Int64 // of its clock
	rm     sync.Mutex   // guards r, which many goroutines ask
	r      *rand.Rand

	disk   atomic.Int32 // what its disk does
	low    atomic.Bool  // the cache has no room
	twice  atomic.Bool  // pushes go out twice
	fuse   atomic.Int32 // crash after so many calls of disk or codec; 0 not
	starts int
	asleep bool
	paused bool

	// One life, from start to crash or close.
	life  *life
	old   string // a cache of an earlier start
	cache *cache.Cache
	out   *outbox.Outbox
	files *seam.Files
	eng   *engine.Engine
}

// life is what a crash ends. What still runs of a crashed computer fails at
// everything it touches.
type life struct {
	dead  atomic.Bool
	fs    *outboxtest.FS
	after *outboxtest.FS // what the disk has after the crash; set before dead is acted on
	cache string
	left  string     // the cache's files at the crash
	write sync.Mutex // held by whoever changes the cache, and by the script while it reads
	// changing is set while the holder of write changes the cache.
	changing atomic.Bool
}

// What a disk does.
const (
	diskWell = iota
	diskFull
	diskSick // syncs fail
)

func (w *world) newComputer(n int, person desk.PersonID, seed uint64) *computer {
	return &computer{
		w: w, n: n, person: person, device: desk.DeviceID(w.uuid()), dir: filepath.Join(w.dir, fmt.Sprintf("computer-%d", n)),
		line: w.net.Line(), r: rand.New(rand.NewPCG(seed, uint64(n)+1)),
	}
}

// now is the computer's clock.
func (c *computer) now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

func (c *computer) chance(n int) bool { return c.pick(n) == 0 }

func (c *computer) pick(n int) int {
	c.rm.Lock()
	defer c.rm.Unlock()
	return c.r.IntN(n)
}

func (c *computer) jitter() float64 {
	c.rm.Lock()
	defer c.rm.Unlock()
	return c.r.Float64()
}

// start opens everything there is of it and starts the engine.
func (c *computer) start(fsys *outboxtest.FS, cacheDir string) {
	c.starts++
	c.life = &life{fs: fsys, cache: cacheDir}
	c.fuse.Store(0)
	c.disk.Store(diskWell)
	k, opened, err := cache.Open(cacheDir, [32]byte{3}, codec{c, c.life}, c.now())
	if err != nil {
		c.w.t.Fatalf("%s cannot open its cache: %v", c, err)
	}
	if opened.Quarantined != "" {
		c.w.broke("%s put its cache aside: %s", c, opened.Why)
	}
	out, got, err := outbox.Open(outbox.Config{
		Dir: "/outbox", Key: [32]byte{1}, Codec: wire.Codec{}, Encode: wire.EncodeCommand, Decode: wire.DecodeCommand,
		Now: c.now, FS: disk{c, c.life}, Reserve: -1, RewriteAt: 4 << 10,
	})
	if err != nil {
		c.w.t.Fatalf("%s cannot open its outbox: %v", c, err)
	}
	if len(got.Quarantined) > 0 {
		c.w.broke("%s found its outbox damaged, lost %v", c, got.Lost)
	}
	c.cache, c.out = k, out
	if c.files == nil {
		if c.files, err = seam.OpenFiles(filepath.Join(c.dir, "files"), [32]byte{2}); err != nil {
			c.w.t.Fatal(err)
		}
	}
	c.eng, err = engine.New(engine.Config{
		Server: "http://localhost", Token: c.token, Device: c.device, App: "sim",
		Store: store{seam.Store{Cache: k}, c, c.life}, Memory: memory{k, c, c.life},
		Outbox: box{seam.Outbox{Outbox: out}, c}, Files: c.files,
		NetDial: c.line.Dial, Now: c.now, Rand: c.jitter,
		OnDamaged: func(err error) { c.w.broke("%s found its cache damaged: %v", c, err) },
	})
	if err != nil {
		c.w.t.Fatal(err)
	}
	if c.paused {
		c.eng.SetPaused(true)
	}
	c.eng.Start()
}

func (c *computer) String() string { return fmt.Sprintf("computer %d (%s)", c.n, c.person) }

// folder names a new folder of the computer.
func (c *computer) folder() string { return filepath.Join(c.dir, fmt.Sprintf("cache-%d", c.starts)) }

// stop ends the program as its person does.
func (c *computer) stop() {
	c.eng.Close()
	if err := c.out.Close(); err != nil && !c.life.dead.Load() {
		c.w.t.Errorf("%s: close of the outbox: %v", c, err)
	}
	if err := c.cache.Close(); err != nil && !c.life.dead.Load() {
		c.w.t.Errorf("%s: close of the cache: %v", c, err)
	}
}

// restart is stop and start over the same files.
func (c *computer) restart() {
	c.stop()
	if c.life.dead.Load() {
		c.revive() // it crashed on the way
		return
	}
	if c.chance(3) {
		c.keepOld()
	}
	c.start(c.life.fs, c.life.cache)
}

// keepOld keeps a copy of the closed cache.
func (c *computer) keepOld() {
	c.starts++
	to := c.folder() + "-old"
	if err := os.CopyFS(to, os.DirFS(c.life.cache)); err != nil {
		c.w.t.Errorf("%s: copy of the cache: %v", c, err)
		return
	}
	c.old = to
}

// crash ends the computer now, wherever it is. It may be called from any
// goroutine that holds no part of the outbox; inside says that the cache's
// writer calls.
func (c *computer) crash(l *life, inside bool) {
	if !l.dead.CompareAndSwap(false, true) {
		return
	}
	c.line.Cut()
	var r *rand.Rand
	if !c.chance(3) {
		r = rand.New(rand.NewPCG(uint64(c.pick(1<<30)), 1))
	}
	after := l.fs.Crash(r)
	if !inside {
		l.write.Lock()
		defer l.write.Unlock()
	}
	to := l.cache + "-left"
	if err := copyTree(l.cache, to); err != nil {
		c.w.broke("%s: copy of a crashed cache: %v", c, err)
	}
	l.after, l.left = after, to
}

// revive starts a crashed computer over what is left of it.
func (c *computer) revive() {
	c.stop()
	dir := c.life.left
	switch {
	case c.chance(8): // the disk of the cache was lost
		c.starts++
		dir = c.folder() + "-new"
	case c.old != "" && c.chance(3): // nothing since then had reached the disk
		c.w.count["old_caches"]++
		dir, c.old = c.old, ""
	}
	c.start(c.life.after, dir)
}

// copyTree copies a folder of files as they are at this moment.
func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		return copyFile(path, filepath.Join(to, rel))
	})
}

// burn counts a call down to the crash.
func (c *computer) burn(l *life, inside bool) {
	if c.fuse.Load() > 0 && c.fuse.Add(-1) == 0 {
		c.crash(l, inside)
	}
}

// codec is the wire's, and a place where the computer may crash in the middle
// of a change of its cache.
type codec struct {
	c *computer
	l *life
}

// Marshal implements cache.Codec.
func (k codec) Marshal(v any) ([]byte, error) { return wire.Marshal(v) }

// Unmarshal implements cache.Codec.
func (k codec) Unmarshal(b []byte, v any) error {
	if k.l.changing.Load() {
		k.c.burn(k.l, true)
	}
	return wire.Unmarshal(b, v)
}

// disk is the file system of the outbox.
type disk struct {
	c *computer
	l *life
}

func (d disk) step() error {
	d.c.burn(d.l, false)
	if d.l.dead.Load() {
		return errDead
	}
	return nil
}

// Open implements outbox.FS.
func (d disk) Open(name string, create bool) (outbox.File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	if create && d.c.disk.Load() == diskFull {
		return nil, syscall.ENOSPC
	}
	f, err := d.l.fs.Open(name, create)
	if err != nil {
		return nil, err
	}
	return file{f, d}, nil
}

// Rename implements outbox.FS.
func (d disk) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.l.fs.Rename(from, to)
}

// Remove implements outbox.FS.
func (d disk) Remove(name string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.l.fs.Remove(name)
}

// MkdirAll implements outbox.FS.
func (d disk) MkdirAll(dir string) error { return d.l.fs.MkdirAll(dir) }

// List implements outbox.FS.
func (d disk) List(dir string) ([]string, error) { return d.l.fs.List(dir) }

// SyncDir implements outbox.FS.
func (d disk) SyncDir(dir string) error {
	if err := d.step(); err != nil {
		return err
	}
	if d.c.disk.Load() == diskSick {
		return syscall.EIO
	}
	return d.l.fs.SyncDir(dir)
}

type file struct {
	outbox.File
	d disk
}

// WriteAt implements outbox.File.
func (f file) WriteAt(p []byte, off int64) (int, error) {
	if f.d.l.dead.Load() {
		return 0, errDead
	}
	if f.d.c.disk.Load() == diskFull {
		n, err := f.File.WriteAt(p[:len(p)/2], off)
		return n, errors.Join(err, syscall.ENOSPC)
	}
	n, err := f.File.WriteAt(p, off)
	if err == nil {
		err = f.d.step() // it may die between the write and the sync
	}
	return n, err
}

// Truncate implements outbox.File.
func (f file) Truncate(size int64) error {
	if err := f.d.step(); err != nil {
		return err
	}
	return f.File.Truncate(size)
}

// Sync implements outbox.File.
func (f file) Sync() error {
	if err := f.d.step(); err != nil {
		return err
	}
	if f.d.c.disk.Load() == diskSick {
		return syscall.EIO
	}
	return f.File.Sync()
}

// store is the cache as the engine has it, with a full disk and an end.
type store struct {
	engine.Store
	c *computer
	l *life
}

var errLow = &desk.Error{Code: desk.CodeDiskFull, Message: "The disk is nearly full."}

// change runs what changes the cache.
func (s store) change(fn func() error) error {
	s.l.write.Lock()
	defer s.l.write.Unlock()
	switch {
	case s.l.dead.Load():
		return errDead
	case s.c.low.Load():
		return errLow
	}
	s.l.changing.Store(true)
	err := fn()
	s.l.changing.Store(false)
	if errors.Is(err, engine.ErrGap) {
		s.c.w.broke("%s was sent a batch that does not continue its lane", s.c)
	}
	return err
}

// Cursors implements engine.Store.
func (s store) Cursors() ([]desk.Cursor, error) {
	if s.l.dead.Load() {
		return nil, errDead
	}
	return s.Store.Cursors()
}

// Apply implements engine.Store.
func (s store) Apply(b desk.Batch) (missing []desk.TicketID, err error) {
	err = s.change(func() error { missing, err = s.Store.Apply(b); return err })
	s.c.w.missed(missing)
	return missing, err
}

// PutWhole implements engine.Store.
func (s store) PutWhole(items []desk.Item) (missing []desk.TicketID, err error) {
	err = s.change(func() error { missing, err = s.Store.PutWhole(items); return err })
	return missing, err
}

// SnapshotStart implements engine.Store.
func (s store) SnapshotStart(lane desk.LaneID, resume bool) (token string, err error) {
	err = s.change(func() error { token, err = s.Store.SnapshotStart(lane, resume); return err })
	return token, err
}

// SnapshotPage implements engine.Store.
func (s store) SnapshotPage(p desk.Page) (missing []desk.TicketID, err error) {
	err = s.change(func() error { missing, err = s.Store.SnapshotPage(p); return err })
	return missing, err
}

// KeepLanes implements engine.Store.
func (s store) KeepLanes(lanes []desk.LaneID) error {
	return s.change(func() error { return s.Store.KeepLanes(lanes) })
}

// memory is the cache's small values.
type memory struct {
	*cache.Cache
	c *computer
	l *life
}

func (m memory) change(fn func() error) error { return store{nil, m.c, m.l}.change(fn) }

// SetMe implements engine.Memory.
func (m memory) SetMe(a desk.Actor) error {
	return m.change(func() error { return m.Cache.SetMe(a) })
}

// SetMeta implements engine.Memory.
func (m memory) SetMeta(key string, v []byte) error {
	return m.change(func() error { return m.Cache.SetMeta(key, v) })
}

// box is the outbox as the engine has it. Sometimes it gives out again what
// was sent already, as a client does that is not sure.
type box struct {
	seam.Outbox
	c *computer
}

// Next implements engine.Outbox.
func (b box) Next(now time.Time, limit int, ready func(engine.Item) bool) ([]engine.Item, error) {
	items, err := b.Outbox.Next(now, limit, ready)
	if err != nil || len(items) == 0 || !b.c.twice.Load() {
		return items, err
	}
	again := b.Outbox.Resend(0)
	if n := b.c.pick(len(again) + 1); n < len(again) {
		b.c.w.again.Add(int64(len(again) - n))
		items = append(items, again[n:]...)
	}
	return items, nil
}
