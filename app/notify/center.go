package notify

import (
	"strings"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/language"
)

// Toast is one notification as it is shown. ID names what it replaces.
type Toast struct {
	ID     string
	Ticket desk.TicketID // "" opens the window only, "article/" and an id an article
	Title  string
	Body   string
	Urgent bool
	// Acknowledge says that it rings until somebody has it, which can be said on it.
	Acknowledge bool
}

// Notifier shows toasts. Show may take its time; it is called from one goroutine.
type Notifier interface {
	Show(Toast) error
	// Withdraw takes a toast back, if it is still there.
	Withdraw(id string)
	Close() error
}

// Badge puts a number on the program's icon, 0 for none; a Notifier that can has it.
type Badge interface{ Badge(n int) }

const (
	gather   = 400 * time.Millisecond // what follows a toast so soon is told together
	window   = 10 * time.Second
	perSpan  = 4 // toasts in a window; the rest become one
	groupID  = "docket-group"
	maxTitle = 90
	maxBody  = 220
)

// Center collects notices and shows them. Its goroutine ends with Close.
type Center struct {
	show Notifier
	now  func() time.Time
	fail func(error)

	mu      sync.Mutex // guards what follows
	content bool
	choice  Choice
	held    bool
	since   time.Time
	waiting []Notice
	ready   []Toast     // made, not yet shown
	shown   []time.Time // of the toasts in the last window
	closed  bool

	wake chan struct{}
	quit chan struct{}
	done chan struct{}
}

// NewCenter starts a center. fail hears of toasts that could not be shown.
func NewCenter(show Notifier, now func() time.Time, fail func(error)) *Center {
	if fail == nil {
		fail = func(error) {}
	}
	c := &Center{show: show, now: now, fail: fail, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go c.run()
	return c
}

// Content says whether toasts may hold what people wrote; by default they hold
// the sender and the ticket's number.
func (c *Center) Content(on bool) {
	c.mu.Lock()
	c.content = on
	c.mu.Unlock()
}

// Choose says what the person wants to be told of from now on.
func (c *Center) Choose(choice Choice) {
	c.mu.Lock()
	c.choice = choice
	c.mu.Unlock()
}

// wanted leaves out what they do not want to be told of; mu is held.
func (c *Center) wanted(all []Notice) []Notice {
	out, now := make([]Notice, 0, len(all)), c.now()
	for _, n := range all {
		if c.choice.Disturb(n, now) {
			out = append(out, n)
		}
	}
	return out
}

// Tell gives notices to show; those of one call are told together, and so is
// what follows within a moment of a toast. After a silence nothing waits.
func (c *Center) Tell(n ...Notice) {
	if len(n) == 0 {
		return
	}
	c.mu.Lock()
	c.waiting = append(c.waiting, c.wanted(n)...)
	c.mu.Unlock()
	c.nudge()
}

// Alarm shows notices at once, whether the program catches up or is offline.
func (c *Center) Alarm(n ...Notice) {
	if len(n) == 0 {
		return
	}
	c.mu.Lock()
	if group := Gather(c.wanted(n)); len(group) > perSpan {
		c.ready = append(c.ready, c.summary(group))
	} else {
		for _, n := range group {
			c.ready = append(c.ready, c.toast(n))
		}
	}
	c.mu.Unlock()
	c.nudge()
}

// Hold keeps notices back while the program catches up with what happened since.
func (c *Center) Hold(since time.Time) {
	c.mu.Lock()
	if !c.held {
		c.held, c.since = true, since
	}
	c.mu.Unlock()
}

// Release shows what was held back as one toast, or drops it: after a first
// sync everything is new and nothing is news.
func (c *Center) Release(drop bool) {
	c.mu.Lock()
	if !c.held {
		c.mu.Unlock()
		return
	}
	if drop {
		c.waiting = nil
	}
	c.held = false
	group := Gather(c.waiting)
	if len(group) > 1 {
		c.ready = append(c.ready, c.summary(group))
		c.waiting = nil
	}
	c.since = time.Time{}
	c.mu.Unlock()
	c.nudge()
}

// Seen drops what waits for a ticket and takes its toast back.
func (c *Center) Seen(t desk.TicketID) {
	c.mu.Lock()
	keep := c.waiting[:0]
	for _, n := range c.waiting {
		if n.Ticket != t {
			keep = append(keep, n)
		}
	}
	c.waiting = keep
	closed := c.closed
	c.mu.Unlock()
	if !closed {
		c.show.Withdraw(string(t))
	}
}

// Close shows nothing more and waits for the goroutine.
func (c *Center) Close() error {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		<-c.done
		return nil
	}
	c.closed = true
	c.mu.Unlock()
	close(c.quit)
	<-c.done
	return c.show.Close()
}

func (c *Center) nudge() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *Center) run() {
	defer close(c.done)
	var spoke time.Time
	for {
		select {
		case <-c.quit:
			return
		case <-c.wake:
		}
		if wait := gather - time.Since(spoke); wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-c.quit:
				timer.Stop()
				return
			case <-timer.C:
			}
		}
		for _, t := range c.take() {
			c.put(t)
			spoke = time.Now()
		}
	}
}

func (c *Center) put(t Toast) {
	if err := c.show.Show(t); err != nil {
		c.fail(err)
	}
}

// take turns what waits into toasts, within the limit.
func (c *Center) take() []Toast {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.ready
	c.ready = nil
	if c.held {
		return out
	}
	group := Gather(c.waiting)
	c.waiting = nil
	now := c.now()
	recent := c.shown[:0]
	for _, at := range c.shown {
		if now.Sub(at) < window && !at.After(now) {
			recent = append(recent, at)
		}
	}
	c.shown = recent
	for i, n := range group {
		if len(c.shown) >= perSpan {
			return append(out, c.summary(group[i:]))
		}
		c.shown = append(c.shown, now)
		out = append(out, c.toast(n))
	}
	return out
}

func (c *Center) toast(n Notice) Toast {
	t := Toast{ID: string(n.Ticket), Ticket: n.Ticket, Title: Clean(said(n, c.now()), maxTitle), Body: n.Number, Urgent: n.Kind == Called, Acknowledge: n.Kind == Called}
	if n.Article != "" {
		t.ID, t.Ticket = "article", desk.TicketID("article/"+string(n.Article))
	}
	if c.content {
		t.Body = strings.TrimSpace(Clean(n.Number+" "+n.Subject, maxTitle))
		if n.Text != "" {
			t.Body += "\n" + Clean(n.Text, maxBody)
		}
	}
	return t
}

// said is the toast's headline, in the words of the window.
func said(n Notice, now time.Time) string {
	who := n.Who
	if who == "" {
		who = language.Say("Somebody")
	}
	switch n.Kind {
	case Ended:
		return ended(n.What)
	case Contributed:
		if n.Back {
			return language.Say("An article of yours came back")
		}
		return language.Say("An article of yours was published")
	case Changed:
		return language.Say("{n, plural, one {An article you follow changed} other {# articles you follow changed}}", "n", n.Articles)
	case Counted:
		return language.Say("A request of yours was noted as not urgent")
	case Uncounted:
		return language.Say("That a request was not urgent was taken back")
	case Called:
		if n.Emergency {
			return language.Say("Emergency: you are called")
		}
		return language.Say("Escalated to you")
	case Taken:
		if n.Emergency {
			return language.Say("{who} is on it", "who", who)
		}
		return language.Say("{who} has your escalation", "who", who)
	case Mention:
		return language.Say("{who} mentioned you in a note", "who", who)
	case Engaged:
		return language.Say("{who} is on it now", "who", n.Has)
	case Assigned:
		if n.Helps {
			return language.Say("{who} asked you to help", "who", who)
		}
		return language.Say("{who} gave you a ticket", "who", who)
	case Arrived:
		return language.Say("New request from {who}", "who", who)
	case Due:
		if n.Promise {
			return language.Say("You promised something for {at, date, time}", "at", n.At.Local())
		}
		if n.At.After(now) {
			return language.Say("An answer is due at {at, date, time}", "at", n.At.Local())
		}
		return language.Say("An answer is late since {at, date, time}", "at", n.At.Local())
	case Asked:
		return language.Say("This needs you")
	case Sorted:
		return language.Say("{who} sorted your requests", "who", who)
	case Status:
		switch n.Status {
		case desk.Solved:
			return language.Say("{who} solved it", "who", who)
		case desk.Closed:
			return language.Say("Closed")
		case desk.WaitingCustomer:
			return language.Say("{who} waits for the customer’s answer", "who", who)
		case desk.OnHold:
			return language.Say("{who} put it on hold", "who", who)
		}
		return language.Say("{who} moved it on", "who", who)
	}
	if n.Call {
		return language.Say("{who} logged a call", "who", who)
	}
	return language.Say("{who} wrote", "who", who)
}

func ended(what desk.FollowWhat) string {
	switch what {
	case desk.FollowService:
		return language.Say("You no longer have access to a service you followed")
	case desk.FollowOrganization:
		return language.Say("You no longer have access to an organization you followed")
	}
	return language.Say("You no longer have access to a request you followed")
}

// summary is one toast for many tickets (N6), ordered by whose turn it is.
func (c *Center) summary(group []Notice) Toast {
	needs := 0
	first := group[0]
	for i := len(group) - 1; i >= 0; i-- {
		if group[i].Mine || group[i].Kind != Status {
			needs++
			first = group[i]
		}
	}
	what := ""
	switch others := len(group) - needs; {
	case needs == 0:
		what = language.Say("{n} changed", "n", others)
	case others == 0:
		what = language.Say("{n, plural, one {# needs you} other {# need you}}", "n", needs)
	default:
		what = language.Say("{n, plural, one {# needs you} other {# need you}}, {others, plural, one {# other changed} other {# others changed}}", "n", needs, "others", others)
	}
	title := what
	if !c.since.IsZero() {
		title = language.Say("Since {at, date, time}: {what}", "at", c.since, "what", what)
	}
	var lines []string
	for i, n := range group {
		if i == 4 {
			lines = append(lines, language.Say("and {n} more", "n", len(group)-i))
			break
		}
		lines = append(lines, Clean(n.Number+" "+said(n, c.now()), maxTitle))
	}
	return Toast{ID: groupID, Ticket: first.Ticket, Title: title, Body: strings.Join(lines, "\n")}
}
