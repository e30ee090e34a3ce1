package app

import (
	"encoding/json"
	"slices"
	"sync"
	"time"

	"docket/app/desk"
	"docket/app/desk/policy"
	"docket/app/notify"
)

// NotifiedView is what the person was told of outside the window, the newest
// first, whether it was shown there or kept quiet.
type NotifiedView struct {
	Items []NotifiedInfo `json:"items"`
	// Unseen counts those not seen yet.
	Unseen int `json:"unseen"`
	// Calls are what the person is called to and nobody has acknowledged.
	Calls []CallToAck `json:"calls"`
	// Quiet is until when nothing is told but emergencies; "" while all is told.
	Quiet string `json:"quiet"`
}

// NotifiedInfo is one of them.
type NotifiedInfo struct {
	ID int `json:"id"`
	// Ticket is "" for what is about none.
	Ticket  string `json:"ticket"`
	Seq     int    `json:"seq"`
	Number  string `json:"number"`
	Subject string `json:"subject"`
	Kind    string `json:"kind"`
	Class   string `json:"class"`
	Who     string `json:"who"`
	// Has is who is on it, of kind engaged; Status the new one, of kind status;
	// What was followed, of kind ended.
	Has    string `json:"has"`
	Status string `json:"status"`
	What   string `json:"what"`
	// Articles is how many changed, and Article the newest, of kind changed.
	Articles int    `json:"articles"`
	Article  string `json:"article"`
	// News are the articles that changed as they are now, the newest first.
	News      []ArticleNews `json:"news"`
	Back      bool          `json:"back"`
	Emergency bool          `json:"emergency"`
	Helps     bool          `json:"helps"`
	Promise   bool          `json:"promise"`
	Call      bool          `json:"call"`
	Mine      bool          `json:"mine"`
	At        string        `json:"at"`
	Seen      bool          `json:"seen"`
	// Times is how often it was told, Quiet whether it was kept from the desktop.
	Times int  `json:"times"`
	Quiet bool `json:"quiet"`
}

// CallToAck is a ticket that rings for the person until somebody acknowledges it.
type CallToAck struct {
	Ticket    string `json:"ticket"`
	Number    string `json:"number"`
	Subject   string `json:"subject"`
	Emergency bool   `json:"emergency"`
	Since     string `json:"since"`
}

const (
	// maxNotified bounds the list; the oldest go.
	maxNotified = 200
	// maxCalls is how many calls are shown at once.
	maxCalls     = 20
	metaNotified = "notified"
)

// toldLine is a notice as it is kept: in the cache, under its key, and without the
// text of what was written.
type toldLine struct {
	ID     int           `json:"id"`
	Notice notify.Notice `json:"notice"`
	Seen   bool          `json:"seen,omitempty"`
	Times  int           `json:"times"`
	Quiet  bool          `json:"quiet,omitempty"`
}

// notified keeps what was told. It has one goroutine, which writes: whoever tells
// may be telling of a commit, and must not make one.
type notified struct {
	s    *session
	wake chan struct{}
	quit chan struct{}
	done chan struct{}

	mu   sync.Mutex // guards what follows
	all  []toldLine // the oldest first
	next int
}

func newNotified(s *session) *notified {
	n := &notified{s: s, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	if b, err := s.cache.Meta(metaNotified); err == nil && json.Unmarshal(b, &n.all) != nil {
		n.all = nil // of another version: nothing hangs on it
	}
	for _, x := range n.all {
		n.next = max(n.next, x.ID)
	}
	go n.run()
	return n
}

func (n *notified) run() {
	defer close(n.done)
	for {
		select {
		case <-n.quit:
			n.write()
			return
		case <-n.wake:
			n.write()
		}
	}
}

func (n *notified) write() {
	n.mu.Lock()
	b, err := json.Marshal(n.all)
	n.mu.Unlock()
	if err == nil {
		if old, _ := n.s.cache.Meta(metaNotified); string(old) == string(b) {
			return
		}
		err = n.s.cache.SetMeta(metaNotified, b)
	}
	if err != nil {
		n.s.api.deps.Log.Warn("keep what was told", "err", err)
	}
}

// close writes what is not written yet.
func (n *notified) close() {
	close(n.quit)
	<-n.done
}

func (n *notified) moved() {
	select {
	case n.wake <- struct{}{}:
	default:
	}
	n.s.api.emit(EvNotified, NotifiedEvent{})
}

// add keeps notices. What rings again is not a new line. A nil list keeps none.
func (n *notified) add(news []notify.Notice) {
	if n == nil || len(news) == 0 {
		return
	}
	choice, now := n.s.api.choice(), n.s.api.now()
	n.mu.Lock()
	for _, x := range news {
		x.Text = ""
		quiet := !choice.Disturb(x, now)
		again := slices.IndexFunc(n.all, func(t toldLine) bool {
			return t.Notice.Ticket == x.Ticket && t.Notice.Kind == x.Kind && x.Seq == 0 && (x.Kind == notify.Called || x.Kind == notify.Due)
		})
		n.next++
		line := toldLine{ID: n.next, Notice: x, Times: 1, Quiet: quiet}
		if again >= 0 {
			line.Times += n.all[again].Times
			line.Notice.Seq = n.all[again].Notice.Seq
			n.all = slices.Delete(n.all, again, again+1)
		}
		n.all = append(n.all, line)
	}
	n.all = n.all[max(0, len(n.all)-maxNotified):]
	n.mu.Unlock()
	n.moved()
}

// seen marks what was told of a ticket seen, because it was opened.
func (n *notified) seen(id desk.TicketID) {
	n.mu.Lock()
	moved := false
	for i, t := range n.all {
		if t.Notice.Ticket == id && !t.Seen {
			n.all[i].Seen, moved = true, true
		}
	}
	n.mu.Unlock()
	if moved {
		n.moved()
	}
}

// drop forgets what was told of a ticket that its person cannot see any more.
func (n *notified) drop(id desk.TicketID) {
	n.mu.Lock()
	before := len(n.all)
	n.all = slices.DeleteFunc(n.all, func(t toldLine) bool { return t.Notice.Ticket == id })
	gone := before != len(n.all)
	n.mu.Unlock()
	if gone {
		n.moved()
	}
}

// notice tells the person, and keeps what was told. What rings is shown at once.
func (s *session) notice(rings bool, news ...notify.Notice) {
	s.told.add(news)
	if rings {
		s.api.center.Alarm(news...)
	} else {
		s.api.center.Tell(news...)
	}
}

// unread reports whether a line was not seen: neither here nor, on whatever
// computer, the ticket up to it.
func (s *session) unread(t toldLine) bool {
	if t.Seen {
		return false
	}
	if t.Notice.Ticket == "" {
		return true
	}
	row, err := s.cache.Row(t.Notice.Ticket)
	if err != nil {
		return false
	}
	return t.Notice.Seq == 0 || row.Unread && row.Read < t.Notice.Seq
}

// Notified gives what the person was told.
func (a *API) Notified() (NotifiedView, error) {
	s, err := a.session()
	if err != nil {
		return NotifiedView{}, err
	}
	s.told.mu.Lock()
	all := slices.Clone(s.told.all)
	s.told.mu.Unlock()
	out := NotifiedView{Items: []NotifiedInfo{}, Calls: []CallToAck{}}
	if c, now := a.choice(), a.now(); now.Before(c.Until) {
		out.Quiet = stamp(c.Until)
	}
	news := s.newsOf()
	for _, t := range slices.Backward(all) {
		x := t.Notice
		if x.Ticket != "" {
			ticket, _, err := s.cache.Ticket(x.Ticket)
			if err != nil {
				continue // it is not theirs any more
			}
			x.Number, x.Subject = numberOf(&ticket), ticket.Subject // as it is called now
		}
		unread := s.unread(t)
		out.Unseen += one(unread)
		out.Items = append(out.Items, NotifiedInfo{
			ID: t.ID, Ticket: string(x.Ticket), Seq: int(x.Seq), Number: x.Number, Subject: x.Subject, Kind: string(x.Kind), Class: string(x.Class()), //nolint:gosec // a counter
			Who: x.Who, Has: x.Has, Status: string(x.Status), What: string(x.What), Articles: x.Articles, Article: string(x.Article), News: news(x.All), Back: x.Back, Emergency: x.Emergency, Helps: x.Helps, Promise: x.Promise, Call: x.Call, Mine: x.Mine,
			At: stamp(x.At), Seen: !unread, Times: t.Times, Quiet: t.Quiet,
		})
	}
	rows, err := s.cache.Rows(policy.ViewCalled, 0, maxCalls)
	if err != nil {
		return out, nil //nolint:nilerr // who is never called has no such list
	}
	r := s.rower()
	for _, row := range rows {
		t, _, err := s.cache.Ticket(row.Ticket.ID)
		if err != nil || !s.calls(&t) || !r.rings(&t) {
			continue
		}
		since, emergency := t.Escalation.Told.Since, false
		if t.Page.Rings() {
			since, emergency = t.Page.Since, true
		}
		out.Calls = append(out.Calls, CallToAck{Ticket: string(t.ID), Number: numberOf(&t), Subject: t.Subject, Emergency: emergency, Since: stamp(since)})
	}
	return out, nil
}

// calls reports whether t rings for the person, with what is pending laid over
// it: who has said that they have it, is not asked again while that goes out.
func (s *session) calls(t *desk.Ticket) bool {
	me := s.me()
	for _, it := range s.items(t.ID) {
		if it.Command.Args.Kind() == desk.CmdAcknowledge && !it.State.NeedsPerson() {
			return false
		}
	}
	return t.Page.Rings() && slices.Contains(t.Page.To, me.Person) ||
		t.Escalation.Open() && t.Escalation.Told.Rings() && slices.Contains(t.Escalation.Told.To, me.Person)
}

// NotifiedSeen marks lines seen on this computer, all of them for 0. It reads no
// ticket: whoever wrote is not told that somebody has read what nobody opened.
func (a *API) NotifiedSeen(id int) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	s.told.mu.Lock()
	for i := range s.told.all {
		if id == 0 || s.told.all[i].ID == id {
			s.told.all[i].Seen = true
		}
	}
	s.told.mu.Unlock()
	s.told.moved()
	return nil
}

// BeQuiet tells nothing but emergencies for so many minutes, 0 for no longer;
// what happens meanwhile is on the list.
func (a *API) BeQuiet(minutes int) error {
	if minutes < 0 || minutes > 7*24*60 {
		return wrong("minutes", "It can be quiet for up to a week.")
	}
	a.mu.RLock()
	s := a.settings
	a.mu.RUnlock()
	s.Notify.Until = ""
	if minutes > 0 {
		s.Notify.Until = stamp(a.now().Add(time.Duration(minutes) * time.Minute))
	}
	if err := a.SaveSettings(s); err != nil {
		return err
	}
	a.emit(EvNotified, NotifiedEvent{})
	return nil
}

// AcknowledgeCall says for the person, who said so on the notification itself,
// that they have what they are called to. Where that cannot be said, the window
// shows why.
func (p *App) AcknowledgeCall(id desk.TicketID) {
	if err := p.api.Acknowledge(string(id)); err != nil {
		p.Show(id)
	}
}
