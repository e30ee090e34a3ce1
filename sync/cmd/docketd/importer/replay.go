package importer

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
)

// opened is how much of a text that is too long for a message stays in it; the
// whole goes beside it as a file.
const opened = 20_000

// seenAfter is how old the newest message is before both sides have seen it.
const seenAfter = 2 * time.Hour

// replay lives a conversation through the rules, as if it had happened here,
// and gives one change that holds all of it.
type replay struct {
	im    *importer
	c     *Conversation
	key   string
	place desk.Place
	now   time.Time // of the import
	at    time.Time // of the message being replayed

	t       *desk.Ticket
	entries []desk.Entry
	n       int
}

// run gives the whole conversation as one change.
func (r *replay) run() (desk.Change, error) {
	r.at = r.c.start(r.now)
	for i := range r.c.Messages {
		m := &r.c.Messages[i]
		if err := r.clock(m, i); err != nil {
			return desk.Change{}, err
		}
		if err := r.message(m, i); err != nil {
			return desk.Change{}, fmt.Errorf("message %d: %w", i+1, err)
		}
	}
	if err := r.end(); err != nil {
		return desk.Change{}, err
	}
	ch := desk.Change{Ticket: flow.Rest(*r.t, r.now), Entries: r.entries}
	ch.Ticket.Version, ch.Ticket.PublicVersion = 1, 1
	return ch, nil
}

// clock moves to the message's time. Time runs forward: a message dated before
// the one it stands after keeps its own time as claimed.
func (r *replay) clock(m *Message, i int) error {
	next := r.at
	switch {
	case i == 0:
	case m.After != nil:
		next = r.at.Add(hours(*m.After))
	case !m.Date.IsZero():
		next = m.Date.Time
	}
	if next.After(r.now.Add(time.Minute)) {
		return fmt.Errorf("message %d is from the future: %s", i+1, next.Format(time.RFC3339))
	}
	if next.After(r.at) {
		r.at = next
	}
	return nil
}

func (r *replay) message(m *Message, i int) error {
	who := Author{ID: m.By, Name: m.Name, Email: m.Email}
	if who == (Author{}) {
		who = r.c.Requester
	}
	author, err := r.im.person(who, r.place)
	if err != nil {
		return err
	}
	args, err := r.args(m, i, author)
	if err != nil {
		return err
	}
	return r.give(author, m.Date.Time, args)
}

// give runs one command through the rules as its author.
func (r *replay) give(author desk.Person, claimed time.Time, args desk.Args) error {
	a := actorOf(author)
	if r.t != nil {
		r.letIn(author)
	}
	r.n++
	cmd := desk.Command{
		ID: desk.CommandID(uuid(fmt.Sprintf("%s %d", r.key, r.n), r.at)), Ticket: ticketID(r.key, r.c.start(r.now)), Composed: claimed, Args: args,
	}
	ch, err := flow.Decide(desk.State{Ticket: r.t, Place: r.place}, cmd, a, r.at)
	if err != nil {
		return err
	}
	if ch.HeadSame {
		return nil
	}
	for j := range ch.Entries {
		ch.Entries[j].Channel = "import"
	}
	if _, isOpen := args.(desk.Open); isOpen {
		r.settle(&ch.Ticket)
	}
	r.t = &ch.Ticket
	r.entries = append(r.entries, ch.Entries...)
	return nil
}

// letIn makes whoever wrote in the archive somebody who may write here: a
// customer becomes one in CC. What they wrote is public already.
func (r *replay) letIn(author desk.Person) {
	a := actorOf(author)
	if a.Role != desk.Customer || access.Can(a, r.t, desk.CmdReply) == nil || len(r.t.CCs) >= flow.MaxCCs {
		return
	}
	t := *r.t
	t.CCs = append(slices.Clone(t.CCs), author.ID)
	t.People = append(slices.Clone(t.People), desk.Named{ID: author.ID, Name: author.Name})
	r.t = &t
}

// settle puts a new ticket where the file says, past triage.
func (r *replay) settle(t *desk.Ticket) {
	dept := cmp.Or(r.c.Department, r.im.opt.Department)
	if dept != "" && r.place.Departments[desk.DeptID(dept)].ID != "" && r.c.Intended == "" {
		*t = flow.Place(*t, desk.DeptID(dept), r.place)
		t.Intended = t.Department
	}
}

func actorOf(p desk.Person) desk.Actor {
	return desk.Actor{Person: p.ID, Name: p.Name, Role: p.Role, Departments: p.Departments, Memberships: p.Memberships}
}

// args turns a message into the command that would have made it.
func (r *replay) args(m *Message, i int, author desk.Person) (desk.Args, error) {
	text, files, err := r.body(m)
	if err != nil {
		return nil, err
	}
	if i == 0 {
		return r.open(text, files, author)
	}
	switch m.Kind {
	case "", "message":
		return desk.Reply{Text: text, Files: files, Then: desk.Status(m.Then)}, nil
	case "note":
		return desk.AddNote{Text: text, Files: files, Mentions: persons(m.Mentions)}, nil
	case "status":
		s := desk.SetStatus{From: r.t.Status, To: desk.Status(m.To), Reason: m.Reason}
		if m.Until > 0 {
			s.Until = r.now.Add(hours(m.Until)).Truncate(time.Minute)
		}
		return s, nil
	case "assign":
		return desk.Assign{From: r.t.Assignee, To: desk.PersonID(m.To)}, nil
	case "refer":
		return desk.Refer{From: r.t.Department, To: desk.DeptID(m.To), Reason: m.Reason, Tried: m.Body}, nil
	case "priority":
		p := desk.SetPriority{From: r.t.Priority, To: desk.Priority(m.To), Reason: m.Reason}
		if _, proposed := policy.Propose(r.t); proposed && p.Reason == "" {
			p.Reason = "imported" // where it comes from nothing was proposed
		}
		return p, nil
	case "rename":
		return desk.Rename{From: r.t.Subject, To: m.To}, nil
	case "ccs":
		return desk.SetCCs{Add: persons(m.Add), Remove: persons(m.Remove)}, nil
	case "close":
		return desk.CloseTicket{Reason: m.Reason, Resolution: m.Body}, nil
	case "reopen":
		return desk.Reopen{Reason: m.Reason}, nil
	case "private":
		return desk.SetPrivate{Private: m.To != "shared"}, nil
	case "read":
		return desk.MarkRead{Seq: 1 << 40}, nil
	}
	return nil, fmt.Errorf("the kind %q is not known", m.Kind)
}

func (r *replay) open(text string, files []desk.Attachment, author desk.Person) (desk.Args, error) {
	subject := []rune(strings.Join(strings.Fields(r.c.Subject), " "))
	o := desk.Open{
		Subject: string(subject[:min(len(subject), flow.MaxSubject)]), Text: text, Files: files,
		Department: desk.DeptID(cmp.Or(r.c.Intended, r.c.Department, r.im.opt.Department)), Urgency: desk.Urgency(r.c.Urgency),
		Org: desk.OrgID(cmp.Or(r.c.Organization, r.im.opt.Organization)), Private: r.c.Private, CCs: persons(r.c.CCs),
	}
	if r.c.Requester != (Author{}) {
		p, err := r.im.person(r.c.Requester, r.place)
		if err != nil {
			return nil, err
		}
		if p.ID != author.ID {
			o.Requester = p.ID
		}
	}
	for _, x := range r.c.Refs {
		o.Refs = append(o.Refs, desk.Reference{Kind: x.Kind, ID: x.ID, Label: x.Label})
	}
	return o, nil
}

// body is the message's text and files. What is too long for a message is
// attached whole and begun in the text.
func (r *replay) body(m *Message) (string, []desk.Attachment, error) {
	text := strings.ToValidUTF8(strings.ReplaceAll(m.Body, "\x00", ""), "\uFFFD")
	files := m.Files
	if len(text) > flow.MaxText {
		files = append(slices.Clone(files), File{Name: "message.txt", Text: text})
		cut := opened
		for !utf8.RuneStart(text[cut]) {
			cut--
		}
		text = text[:cut] + "\n\n[This message is longer; the whole of it is attached.]"
	}
	var out []desk.Attachment
	for _, f := range files {
		b := f.Base64
		if len(b) == 0 {
			b = []byte(f.Text)
		}
		a, err := r.im.file(f.Name, bytes.NewReader(b))
		if err != nil {
			return "", nil, fmt.Errorf("file %q: %w", f.Name, err)
		}
		out = append(out, a)
	}
	return text, out, nil
}

// end gives the conversation the status it has in the file, or that of an old
// conversation: history that nobody has to work on is closed.
func (r *replay) end() error {
	want := desk.Status(r.c.Status)
	if want == "" && !r.spokeHere() && r.now.Sub(r.at) > r.im.opt.CloseAfter {
		want = desk.Closed
	}
	if want != "" && want != r.t.Status {
		system := desk.Person{ID: desk.System, Name: "Import", Role: desk.Admin}
		if err := r.give(system, time.Time{}, desk.SetStatus{From: r.t.Status, To: want, Reason: "imported"}); err != nil {
			return err
		}
	}
	return r.seen()
}

// seen lets the two sides have read what was said a while ago, as they had
// where it comes from.
func (r *replay) seen() error {
	if r.now.Sub(r.at) < seenAfter {
		return nil
	}
	r.at = r.at.Add(seenAfter / 2)
	for _, id := range []desk.PersonID{r.t.Requester, r.t.Assignee} {
		p, ok := r.place.People[id]
		if !ok || p.Disabled || slices.Contains(r.c.Unread, string(id)) || access.Can(actorOf(p), r.t, desk.CmdRead) != nil {
			continue
		}
		if err := r.give(p, time.Time{}, desk.MarkRead{Seq: r.t.LastSeq}); err != nil {
			return err
		}
	}
	return nil
}

// spokeHere reports whether the file tells the ticket's life itself.
func (r *replay) spokeHere() bool {
	return slices.ContainsFunc(r.c.Messages, func(m Message) bool { return m.Kind != "" && m.Kind != "message" || m.Then != "" })
}

func persons(ids []string) []desk.PersonID {
	var out []desk.PersonID
	for _, id := range ids {
		out = append(out, desk.PersonID(id))
	}
	return out
}
