package authority

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/sync/wire"
)

// Passwords hashes and compares; package secret does it with argon2id. Verify
// also tells that a right password is stored with less strength than today's.
// Waste takes as long as Verify, for somebody who has no password.
type Passwords interface {
	Hash(password string) (phc string, err error)
	Verify(phc, password string) (ok, weak bool, err error)
	Waste(password string)
}

// Config is what an Authority is made of. Store, Passwords and Clock are
// required.
type Config struct {
	Store     Store
	Passwords Passwords
	Clock     func() time.Time
	Log       *slog.Logger
	// Told hears how lanes moved, after each commit. It must not block.
	Told func(moved []desk.Move)
	// Here are those who are connected to this server now; nil where nobody knows.
	// It must not block.
	Here func() map[desk.PersonID]bool
	// Ended hears which device was signed out, after the commit.
	Ended func(desk.DeviceID)
	// Rights hears that somebody's rights were changed, after the commit.
	Rights func()
	Limits Limits
	// Committed counts the commands and the moment of each commit; for metrics.
	Committed func(commands int, took time.Duration)
	// Decide is flow.Decide unless a test says otherwise.
	Decide func(desk.State, desk.Command, desk.Actor, time.Time) (desk.Change, error)
}

// Authority decides. Its methods may be used by any number of goroutines.
type Authority struct {
	cfg    Config
	log    *slog.Logger
	guard  *guard
	hashes chan struct{} // bounds concurrent password hashes: each costs memory

	queue chan *job
	stop  context.CancelFunc
	done  chan struct{}

	mu     sync.RWMutex // guards closed against sends on queue
	closed bool
}

// SessionIdle is how long a device may stay away before it must sign in again.
const SessionIdle = 90 * 24 * time.Hour

// New starts the committer. The caller must Close.
func New(cfg Config) *Authority {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Told == nil {
		cfg.Told = func([]desk.Move) {}
	}
	if cfg.Ended == nil {
		cfg.Ended = func(desk.DeviceID) {}
	}
	if cfg.Rights == nil {
		cfg.Rights = func() {}
	}
	if cfg.Committed == nil {
		cfg.Committed = func(int, time.Duration) {}
	}
	if cfg.Decide == nil {
		cfg.Decide = flow.Decide
	}
	ctx, stop := context.WithCancel(context.Background())
	a := &Authority{
		cfg: cfg, log: cfg.Log, guard: newGuard(cfg.Limits), hashes: make(chan struct{}, 4),
		queue: make(chan *job, 1024), stop: stop, done: make(chan struct{}),
	}
	go a.commitLoop(ctx)
	return a
}

// Close answers what is queued and returns when the committer has ended.
// Whoever asks later is told to come again.
func (a *Authority) Close() {
	a.mu.Lock()
	if !a.closed {
		a.closed = true
		close(a.queue)
	}
	a.mu.Unlock()
	<-a.done
	a.stop()
}

// Execute runs a device's commands in order and answers when they are durable.
// It returns desk.ErrSignIn when the device may no longer act, and the
// context's error when that ends first; the commands may have happened then.
func (a *Authority) Execute(ctx context.Context, device desk.DeviceID, pushed []wire.PushedCommand) (wire.Receipts, error) {
	if len(pushed) == 0 {
		return wire.Receipts{}, nil
	}
	j := &job{device: device, asked: read(pushed), done: make(chan struct{})}
	if !a.enqueue(ctx, j) {
		if err := ctx.Err(); err != nil {
			return wire.Receipts{}, err
		}
		return again(errStopping), nil
	}
	select {
	case <-j.done:
		return j.answer, j.err
	case <-ctx.Done():
		return wire.Receipts{}, ctx.Err()
	}
}

// Act executes what the desk itself does, and returns when it is durable.
func (a *Authority) Act(ctx context.Context, commands []desk.Command) error {
	if len(commands) == 0 {
		return nil
	}
	j := &job{own: commands, done: make(chan struct{})}
	if !a.enqueue(ctx, j) {
		if err := ctx.Err(); err != nil {
			return err
		}
		return errStopping
	}
	select {
	case <-j.done:
		if j.err == nil && j.answer.Retry != nil {
			return j.answer.Retry
		}
		return j.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *Authority) enqueue(ctx context.Context, j *job) bool {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.closed {
		return false
	}
	select {
	case a.queue <- j:
		return true
	case <-ctx.Done():
		return false
	}
}
