package crash_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"time"
)

// book is what every client was told, kept outside of server and clients. Each
// line is also appended to a file, in the order it came.
type book struct {
	mu       sync.Mutex // guards what follows
	out      *os.File
	commands map[string]*command
	drafts   map[string]*draft // by person and key
	stands   map[string]said
	wrong    []string
	counts   map[string]int
}

// command is what one author was told of one command.
type command struct {
	Who, Kind, Ticket, File string
	Asked, Queued, Refused  bool
	// Discarding and Gone are its author's own doing.
	Discarding, Gone bool
	State            string
	ID               string
	Shown            []said
}

// draft is what one author was told of one draft.
type draft struct {
	who, key string
	// last is the version last said to be saved, 0 for none or dropped.
	last int
	// next is one being saved, and dropping is set while it is being dropped;
	// the process may have ended before it said how that went.
	next     []int
	dropping bool
}

func newBook(path string) (*book, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	return &book{
		out: f, commands: map[string]*command{}, drafts: map[string]*draft{}, stands: map[string]said{}, counts: map[string]int{},
	}, err
}

// listen takes the lines of a client until it ends. A line cut short was said
// to nobody.
func (b *book) listen(r io.Reader) {
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes('\n')
		if err != nil {
			return
		}
		var s said
		if err := json.Unmarshal(line, &s); err != nil {
			s = said{What: sProblem, Text: fmt.Sprintf("%v: %.200s", err, line)}
		}
		b.take(s, line)
	}
}

func (b *book) bad(format string, a ...any) { b.wrong = append(b.wrong, fmt.Sprintf(format, a...)) }

func (b *book) take(s said, line []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := b.out.Write(line); err != nil {
		b.bad("the log of what was said: %v", err)
	}
	b.counts[s.What]++
	c := b.commands[s.Token]
	if c == nil && s.Token != "" {
		c = &command{Who: s.Who, Kind: s.Kind, Ticket: s.Ticket, File: s.File}
		b.commands[s.Token] = c
	}
	d := b.drafts[s.Who+" "+s.Key]
	if d == nil && s.Key != "" {
		d = &draft{who: s.Who, key: s.Key}
		b.drafts[s.Who+" "+s.Key] = d
	}
	switch s.What {
	case sAsk:
		c.Asked = true
	case sQueued:
		c.Queued, c.Ticket = true, s.Ticket
	case sNot:
		c.Refused = true
	case sAnswer:
		c.State, c.ID = s.State, s.ID
	case sShown:
		c.Shown = append(c.Shown, s)
	case sDiscard:
		c.Discarding = true
	case sGone:
		c.Gone = true
	case sWrite:
		d.next = append(d.next, s.N)
	case sSaved:
		d.last, d.next, d.dropping = s.N, nil, false
	case sDrop:
		d.dropping = true
	case sDropped:
		d.last, d.next, d.dropping = 0, nil, false
	case sBegin:
		b.began(s)
	case sStand:
		b.stands[s.Who] = s
	case sProblem:
		b.bad("%s: %s", s.Who, s.Text)
	case "notice":
		// A damaged cache may be told of; damage of what was written may not be.
		if strings.Contains(s.Text, "not sent yet was damaged") {
			b.bad("%s: after a kill: %s", s.Who, s.Text)
		}
	}
}

// began compares what a program found when it was opened with what its last
// run was told.
func (b *book) began(s said) {
	for _, d := range b.drafts {
		if d.who != s.Who {
			continue
		}
		sum, there := s.Drafts[d.key]
		if !d.fits(sum, there) {
			b.bad("draft %s of %s: found %q, and version %d was saved (under way: %v, dropping: %v)", d.key, s.Who, sum, d.last, d.next, d.dropping)
		}
	}
	for key := range s.Drafts {
		if b.drafts[s.Who+" "+key] == nil {
			b.bad("draft %s of %s was never written", key, s.Who)
		}
	}
	have := map[string]int{}
	for _, it := range s.Items {
		have[it.Token]++
		if c := b.commands[it.Token]; c == nil || !c.Asked {
			b.bad("%s of %s is in the outbox and was never asked for", it.Token, s.Who)
		} else if have[it.Token] > 1 {
			b.bad("%s of %s is in the outbox twice", it.Token, s.Who)
		}
	}
	for token, c := range b.commands {
		owed := c.Who == s.Who && c.Queued && c.State != "confirmed" && !c.Discarding && len(c.Shown) == 0
		if owed && have[token] == 0 {
			b.bad("%s of %s (%s) was queued and is gone from the outbox", token, s.Who, c.Kind)
		}
	}
}

// fits says whether what was found can be, and settles what was under way.
func (d *draft) fits(sum string, there bool) bool {
	could := append([]int{d.last}, d.next...)
	defer func() { d.next, d.dropping = nil, false }()
	if !there {
		ok := d.last == 0 || d.dropping
		d.last = 0
		return ok
	}
	for _, n := range could {
		if n > 0 && sumOf(draftText(d.who, d.key, n)) == sum {
			d.last = n
			return true
		}
	}
	return false
}

// all reports whether every person stands so.
func (b *book) all(people []string, fn func(said) bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return !slices.ContainsFunc(people, func(p string) bool {
		s, ok := b.stands[p]
		return !ok || !fn(s)
	})
}

func (b *book) forgetStands() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.stands)
}

func (b *book) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out strings.Builder
	for who, s := range b.stands {
		fmt.Fprintf(&out, "%s: %s, %d wait, as of %s\n", who, s.State, s.Wait, s.AsOf)
	}
	return out.String()
}

// asOf is the moment a client says it is current as of.
func (s said) asOf() time.Time {
	t, err := time.Parse(time.RFC3339Nano, s.AsOf)
	if err != nil {
		return time.Time{}
	}
	return t
}
