package outbox

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"docket/app/desk"
)

// Codec turns domain values into bytes and back; wiring passes the wire's.
type Codec interface {
	Marshal(v any) ([]byte, error)
	Unmarshal(b []byte, v any) error
}

// Encode gives the bytes of a command that are hashed and sent; wiring passes
// the wire's EncodeCommand.
type Encode func(desk.Command) ([]byte, error)

// Decode is Encode's reverse.
type Decode func([]byte) (desk.Command, error)

// The two files of an outbox.
const (
	outboxLog = "outbox.log"
	draftsLog = "drafts.log"
)

// Config is what an outbox is opened with.
type Config struct {
	// Dir is where outbox.log and drafts.log lie; it is created.
	Dir string
	// Key encrypts both.
	Key    [32]byte
	Codec  Codec
	Encode Encode
	Decode Decode
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// FS is the file system; nil means the computer's.
	FS FS
	// Reserve is how much of the disk is held for the day it is full; 0 means
	// 16 MiB, and less than 0 none.
	Reserve int64
	// RewriteAt is the least size at which a log is rewritten without its
	// past; 0 means 1 MiB.
	RewriteAt int64
}

// Opened tells how opening went.
type Opened struct {
	// Quarantined are the copies kept of files that were damaged.
	Quarantined []string
	// Lost is set when something in them could not be read. What could be
	// read is in the outbox.
	Lost bool
}

// Outbox holds the commands that are not settled and the drafts. Its methods
// may be called from any goroutine.
type Outbox struct {
	cfg     Config
	reserve *reserve

	// queueing is held by whoever changes the items, over the write to the disk,
	// and guards log; who holds it may read the items without mu.
	queueing sync.Mutex
	log      *logFile
	next     int64 // the size at which log is rewritten

	// drafting is the same for the drafts. Nobody holds both but Close.
	drafting  sync.Mutex
	draftLog  *logFile
	draftNext int64
	drops     []draftRecord // applied, and not yet on disk
	closing   bool
	dropping  sync.WaitGroup // who brings drops to the disk

	// mu guards everything below. It comes last and is never held over the
	// disk, so that a person reads while something is written.
	mu       sync.Mutex
	items    []*Item // in the order they are to be sent
	byID     map[desk.CommandID]*Item
	drafts   map[string]*kept
	lastSent uint64
	settled  uint64
	moved    map[desk.TicketID]bool // tickets whose items changed since tell

	subs    map[int]func([]desk.TicketID)
	nextSub int
}

// How long and how many confirmed items are kept, for a server that comes
// back from an older backup (RELIABILITY 3.3). The newest stay whatever the
// clock says, which may have jumped by years.
const (
	keptConfirmedFor = 14 * 24 * time.Hour
	keptConfirmed    = 1000
	keptAlways       = 100
)

// nextRewrite is the size at which a log is rewritten that was so long when
// all of it was needed.
func (o *Outbox) nextRewrite(live int64) int64 { return max(o.cfg.RewriteAt, 4*live) }

var errClosed = errors.New("outbox is closed")

// Open opens or creates the outbox in cfg.Dir. A torn tail is cut off; other
// damage is copied aside, told in Opened, and what could be read is kept.
func Open(cfg Config) (*Outbox, Opened, error) {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.FS == nil {
		cfg.FS = OS{}
	}
	if cfg.RewriteAt == 0 {
		cfg.RewriteAt = 1 << 20
	}
	if cfg.Reserve == 0 {
		cfg.Reserve = 16 << 20
	}
	o := &Outbox{
		cfg: cfg, byID: map[desk.CommandID]*Item{}, drafts: map[string]*kept{}, moved: map[desk.TicketID]bool{}, subs: map[int]func([]desk.TicketID){},
		reserve: &reserve{fs: cfg.FS, path: filepath.Join(cfg.Dir, "reserve"), want: cfg.Reserve},
	}
	if err := cfg.FS.MkdirAll(cfg.Dir); err != nil {
		return nil, Opened{}, fault(fmt.Errorf("make outbox directory: %w", err))
	}
	var opened Opened
	var err error
	o.log, err = o.openLog(outboxLog, &opened, o.replay, o.compact)
	if err == nil {
		o.draftLog, err = o.openLog(draftsLog, &opened, o.replayDraft, o.compactDrafts)
	}
	if err != nil {
		return nil, opened, fault(errors.Join(err, o.Close()))
	}
	o.forget()
	clear(o.moved)
	o.reserve.fill()
	return o, opened, nil
}

// SetAside makes room for a new outbox where one lies whose key is gone. Its
// files stay beside the new ones, as damaged ones do; it gives their names.
func SetAside(fs FS, dir string, now time.Time) (names []string, err error) {
	if fs == nil {
		fs = OS{}
	}
	there, err := fs.List(dir)
	if err != nil {
		return nil, fault(fmt.Errorf("set aside: %w", err))
	}
	for _, base := range []string{outboxLog, draftsLog} {
		if !slices.Contains(there, base) {
			continue
		}
		path := filepath.Join(dir, base)
		if err := fs.Rename(path, quarantined(path, now)); err != nil {
			return names, fault(fmt.Errorf("set aside: %w", err))
		}
		names = append(names, quarantined(path, now))
	}
	if err := fs.SyncDir(dir); err != nil {
		return names, fault(fmt.Errorf("set aside: %w", err))
	}
	return names, nil
}

// openLog opens one of the two logs, applies its records, and leaves a clean
// file behind.
func (o *Outbox) openLog(name string, opened *Opened, replay func([]byte) error, compact func(bool) error) (*logFile, error) {
	l, got, err := openLog(o.cfg.FS, filepath.Join(o.cfg.Dir, name), o.cfg.Key, o.reserve.spare)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", name, err)
	}
	for _, rec := range got.records {
		if err := replay(rec); err != nil {
			got.damaged, got.lost = true, true
		}
	}
	if name == outboxLog {
		o.log = l
	} else {
		o.draftLog = l
	}
	switch {
	case got.damaged:
		copied, err := l.quarantine(o.cfg.Now())
		if err != nil {
			return l, err
		}
		opened.Quarantined = append(opened.Quarantined, copied)
		opened.Lost = opened.Lost || got.lost
		return l, compact(true)
	case got.torn:
		return l, l.cut()
	}
	if name == outboxLog {
		o.next = o.nextRewrite(l.end)
	} else {
		o.draftNext = o.nextRewrite(l.end)
	}
	return l, nil
}

func (o *Outbox) replay(b []byte) error {
	var r record
	if err := o.cfg.Codec.Unmarshal(b, &r); err != nil {
		return fmt.Errorf("decode record: %w", err)
	}
	if r.Item != nil {
		// A command this version cannot read stays as it is.
		r.Item.Command, _ = o.cfg.Decode(r.Item.Body)
	}
	o.apply(r)
	return nil
}

func (o *Outbox) replayDraft(b []byte) error {
	var r draftRecord
	if err := o.cfg.Codec.Unmarshal(b, &r); err != nil {
		return fmt.Errorf("decode draft: %w", err)
	}
	o.applyDraft(r)
	return nil
}

// Close closes the files; later changes fail. It may come twice.
func (o *Outbox) Close() error {
	o.drafting.Lock()
	o.closing = true
	o.drafting.Unlock()
	o.dropping.Wait()
	o.queueing.Lock()
	defer o.queueing.Unlock()
	o.drafting.Lock()
	defer o.drafting.Unlock()
	var err error
	for _, l := range []*logFile{o.log, o.draftLog} {
		if l != nil {
			err = errors.Join(err, l.close())
		}
	}
	return err
}

// Subscribe calls fn after every change of items with the tickets they belong
// to, on the goroutine that made it and without any lock held. The returned
// func ends it.
func (o *Outbox) Subscribe(fn func(moved []desk.TicketID)) (cancel func()) {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := o.nextSub
	o.nextSub++
	o.subs[n] = fn
	return func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		delete(o.subs, n)
	}
}

func (o *Outbox) tell() {
	o.mu.Lock()
	moved := slices.Sorted(maps.Keys(o.moved))
	clear(o.moved)
	fns := slices.Collect(maps.Values(o.subs))
	o.mu.Unlock()
	for _, fn := range fns {
		fn(moved)
	}
}

// write makes a change durable and then applies it. The caller holds queueing.
func (o *Outbox) write(r record) error {
	r.At = o.cfg.Now()
	b, err := o.cfg.Codec.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode record: %w", err)
	}
	if o.log.broken != nil && !errors.Is(o.log.broken, errClosed) {
		if err := o.compact(true); err != nil {
			return fault(err)
		}
	}
	if err := o.log.append(b); err != nil {
		return fault(err)
	}
	o.mu.Lock()
	o.apply(r)
	o.mu.Unlock()
	return o.compact(false)
}

// compact rewrites the log when most of it is the past, or when it must be.
func (o *Outbox) compact(must bool) error {
	if !must && o.log.end < o.next {
		return nil
	}
	o.forget()
	counters := record{Op: opState, LastSent: o.lastSent, SettledUpTo: o.settled}
	rs := []record{counters}
	for _, it := range o.items {
		rs = append(rs, record{Op: opState, Item: it, LastSent: o.lastSent, SettledUpTo: o.settled})
	}
	recs := make([][]byte, 0, len(rs))
	for _, r := range rs {
		b, err := o.cfg.Codec.Marshal(r)
		if err != nil {
			return fmt.Errorf("encode record: %w", err)
		}
		recs = append(recs, b)
	}
	err := o.log.rewrite(recs)
	o.next = o.nextRewrite(o.log.end)
	if must {
		return err
	}
	// What was written is durable in the old file. That it could not be made
	// smaller is tried again later, and a broken log heals at the next write.
	return nil
}

// forget drops confirmed items that are too old or too many to be asked for.
func (o *Outbox) forget() {
	o.mu.Lock()
	defer o.mu.Unlock()
	confirmed := 0
	now := o.cfg.Now()
	keep := make([]*Item, 0, len(o.items))
	for _, it := range slices.Backward(o.items) {
		if it.State == Confirmed {
			confirmed++
			old := now.Sub(it.SettledAt) > keptConfirmedFor && confirmed > keptAlways
			if confirmed > keptConfirmed || old {
				delete(o.byID, it.ID)
				o.moved[it.Command.Ticket] = true
				continue
			}
		}
		keep = append(keep, it)
	}
	slices.Reverse(keep)
	o.items = keep
}

// fault turns what went wrong into what a person is told.
func fault(err error) error {
	var e *desk.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &e):
		return err
	case isFull(err):
		return &desk.Error{
			Code:    desk.CodeDiskFull,
			Message: "The disk of this computer is full, so this could not be kept safe.",
			Hint:    "Your text is still here. Free some space and try again.",
			Err:     err,
		}
	default:
		return &desk.Error{
			Code:    desk.CodeInternal,
			Message: "This computer could not write to its disk, so this could not be kept safe.",
			Hint:    "Your text is still here. Try again; if it stays, copy it somewhere else and start Docket anew.",
			Err:     err,
		}
	}
}
