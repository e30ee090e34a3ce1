// Package clerk runs what time does to tickets, as the desk itself and through
// the same authority as everybody. It decides nothing: it finds the tickets
// whose time has come and has them looked at. Any number of clerks may look at
// one desk; what is done once is not due again.
package clerk

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"docket/app/desk"
)

// Config is what a Clerk is made of. Due, Act, NewID and Clock are required.
type Config struct {
	// Due lists tickets whose time has come by now, at most some of them.
	Due func(ctx context.Context, now time.Time, most int) ([]desk.TicketID, error)
	// Act executes the desk's own commands and returns when they are durable.
	Act func(context.Context, []desk.Command) error
	// Tell tells what follows slowly from everything there is, such as how soon
	// replies come. It is called when the clerk begins and every few minutes, so
	// that nobody can read a single ticket out of when it moves. None if nil.
	Tell func(ctx context.Context, now time.Time) error
	// Sweep gives tickets to be looked at because of a new policy, and Swept notes
	// that they were; both may be nil.
	Sweep func(ctx context.Context, most int) ([]desk.TicketID, func(context.Context) error, error)
	NewID func() desk.CommandID
	Clock func() time.Time
	Log   *slog.Logger
	// Every is how often it looks; 1 s if zero.
	Every time.Duration
}

const (
	// most is how many tickets are taken up at a time.
	most = 100
	// asleep is how long between two looks means that nobody was looking.
	asleep = 5 * time.Minute
	// rest is how long a ticket is left alone that would not move.
	rest = time.Minute
	// between is how long between two times of telling.
	between = 5 * time.Minute
)

// Clerk looks until it is closed.
type Clerk struct {
	cfg  Config
	stop context.CancelFunc
	done chan struct{}

	woke, looked, told time.Time
	resting            map[desk.TicketID]time.Time
}

// New makes a clerk that does not look by itself yet.
func New(cfg Config) *Clerk {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Every == 0 {
		cfg.Every = time.Second
	}
	return &Clerk{cfg: cfg, resting: map[desk.TicketID]time.Time{}}
}

// Start makes a clerk that looks until it is closed.
func Start(cfg Config) *Clerk {
	c := New(cfg)
	ctx, stop := context.WithCancel(context.Background())
	c.stop, c.done = stop, make(chan struct{})
	go c.run(ctx)
	return c
}

// Close returns when the clerk does nothing any more.
func (c *Clerk) Close() {
	c.stop()
	<-c.done
}

func (c *Clerk) run(ctx context.Context) {
	defer close(c.done)
	tick := time.NewTicker(c.cfg.Every)
	defer tick.Stop()
	for {
		if err := c.Look(ctx); err != nil && ctx.Err() == nil {
			c.cfg.Log.Error("clerk", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Look has everything done that is due now. One caller at a time.
func (c *Clerk) Look(ctx context.Context) error {
	now := c.cfg.Clock()
	woke := c.looked.IsZero() || now.Sub(c.looked) > asleep
	if c.looked = now; woke {
		c.woke = now
	}
	if err := c.tell(ctx, now); err != nil {
		return err
	}
	for id, until := range c.resting {
		if now.After(until) {
			delete(c.resting, id)
		}
	}
	for {
		due, err := c.cfg.Due(ctx, now, most+len(c.resting))
		if err != nil {
			return fmt.Errorf("look for what is due: %w", err)
		}
		var commands []desk.Command
		for _, id := range due {
			if _, rests := c.resting[id]; rests {
				continue
			}
			// One look does all that is due on a ticket. If it stays due, as one
			// that the store will not take, it must not keep the others waiting.
			c.resting[id] = now.Add(rest)
			commands = append(commands, desk.Command{ID: c.cfg.NewID(), Ticket: id, Args: desk.RunDue{Woke: c.woke}})
		}
		if woke && len(due) > 0 {
			c.cfg.Log.Warn("nobody looked when these tickets were due; what would end is left open for an hour", "tickets", len(due), "first", due[:min(len(due), 10)])
			woke = false
		}
		if len(commands) == 0 {
			for id := range c.resting {
				if !slices.Contains(due, id) {
					delete(c.resting, id) // it moved on
				}
			}
			return c.sweep(ctx)
		}
		if err := c.cfg.Act(ctx, commands); err != nil {
			for _, cmd := range commands {
				delete(c.resting, cmd.Ticket) // again at the next look
			}
			return fmt.Errorf("do what is due: %w", err)
		}
	}
}

// tell has told what moves slowly, if it is time for that.
func (c *Clerk) tell(ctx context.Context, now time.Time) error {
	if c.cfg.Tell == nil || !c.told.IsZero() && now.Sub(c.told).Abs() < between {
		return nil
	}
	if err := c.cfg.Tell(ctx, now); err != nil {
		return fmt.Errorf("tell what can be expected: %w", err)
	}
	c.told = now
	return nil
}

// sweep looks at some of the tickets that a new policy is about. The next look
// has the next of them, so that what is due never waits for long.
func (c *Clerk) sweep(ctx context.Context) error {
	if c.cfg.Sweep == nil {
		return nil
	}
	ids, swept, err := c.cfg.Sweep(ctx, most)
	if err != nil || swept == nil {
		return err
	}
	commands := make([]desk.Command, len(ids))
	for i, id := range ids {
		commands[i] = desk.Command{ID: c.cfg.NewID(), Ticket: id, Args: desk.RunDue{Woke: c.woke}}
	}
	if err := c.cfg.Act(ctx, commands); err != nil {
		return fmt.Errorf("look at what a policy is about: %w", err)
	}
	return swept(ctx)
}
