package flow

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// The limits of a chat. Its lines are in the head, which is sent with each of
// them: what is longer is kept as an entry while it goes on.
const (
	MaxLine       = 4_000 // bytes of one line
	maxLines      = 200
	maxLiveBytes  = 24_000
	unattended    = 3 * time.Minute // how long one waits that nobody has taken
	maxChatIDSize = 64
)

// say adds a line to the chat, begins one, or, where that chat is over, is a
// message.
func (d *decision) say(a desk.Say) error {
	text, err := checkText("text", a.Text)
	if err != nil {
		return err
	}
	files, err := checkFiles(a.Files)
	if err != nil {
		return err
	}
	live := d.t.Live.ID != ""
	switch stale := d.now.Sub(d.cmd.Composed) > offlineAfter && !d.cmd.Composed.IsZero(); {
	case strings.TrimSpace(text) == "" && len(files) == 0:
		return invalid("text", "The line is empty.", "Write something, or attach a file.")
	case a.Chat == "" || len(a.Chat) > maxChatIDSize || !utf8.ValidString(string(a.Chat)):
		return invalid("chat", "It does not say which chat this belongs to.", "Send it as a message.")
	case !live && (!a.Begin || stale):
		d.alreadyTold()
		return d.reply(desk.Reply{Text: text, Files: files})
	case !live && d.ours():
		return invalid("chat", "Nobody chats here. A customer begins a chat.", "Send it as a message.")
	case len(text) > MaxLine:
		return tooLarge("text", "The line is {long} long; one of a chat can have {most}.", "Send it as a message, or as a file.").With("long", kilobytes(len(text)), "most", kilobytes(MaxLine))
	case !d.ours() && !d.reopenable():
		return tooLate()
	}
	if !live {
		d.t.Live = desk.Live{ID: a.Chat, With: d.actor.Person, Started: d.now}
	}
	if d.ours() {
		d.talks()
	} else {
		d.asked("", false)
	}
	d.line(desk.Line{Text: text, Files: files})
	d.said(text, files)
	return nil
}

// alreadyTold takes the end of a chat for no news to a customer who was in it:
// their last lines are not held up by it.
func (d *decision) alreadyTold() {
	if !d.ours() {
		d.st.Tail = slices.DeleteFunc(slices.Clone(d.st.Tail), func(e desk.Entry) bool { return e.Kind == desk.Chat && e.Reason != "" })
	}
}

// talks is what a line of ours does: nobody waits any more, and who has the
// chat has the ticket if nobody had. Whose turn it is does not go to and fro
// with every line.
func (d *decision) talks() {
	d.owesNot()
	d.once("answered", "")
	if access.Can(d.actor, &d.t, desk.CmdJoinChat) == nil {
		if d.t.Live.By == "" {
			d.hasChat()
		}
		d.takes()
	}
}

// takes gives the ticket to who talks to its customer, if nobody has it.
func (d *decision) takes() {
	if d.t.Assignee == "" {
		d.assignTo(d.actor.Person)
	}
	if d.t.Status == desk.New || d.t.Status == desk.Triage {
		d.setStatus(desk.InProgress, "", "")
	}
}

func (d *decision) hasChat() {
	d.t.Live.By = d.actor.Person
	d.line(desk.Line{Joined: true})
}

// line adds to the chat and lets it go on.
func (d *decision) line(l desk.Line) {
	live := &d.t.Live
	l.ID, l.By, l.Staff, l.At = d.cmd.ID, d.actor.Person, d.actor.Role.Staff(), d.now
	if l.Name = d.actor.Name; l.Name == "" {
		l.Name = d.nameOf(l.By)
	}
	size, files := len(l.Text), len(l.Files)
	for _, x := range live.Lines {
		size, files = size+len(x.Text), files+len(x.Files)
	}
	if len(live.Lines) >= maxLines || size > maxLiveBytes || files > MaxFiles {
		d.keepChat("goes_on")
	}
	live.Lines = append(slices.Clone(live.Lines), l)
	live.Ends = d.now.Add(unattended)
	if live.By != "" {
		live.Ends = d.now.Add(d.st.Place.Departments[d.t.Department].Policy.ChatSilent())
	}
	d.touched = true
}

// said keeps what a list shows of the newest line.
func (d *decision) said(text string, files []desk.Attachment) {
	d.t.Updated = d.now
	if !d.lesser {
		d.t.PublicUpdated = d.now
	}
	d.show(desk.Entry{Kind: desk.Chat, Author: d.actor.Person, Text: text, Files: files}, true)
	d.spoken = true
}

// joinChat takes the chat, as one takes a ticket.
func (d *decision) joinChat(a desk.JoinChat) error {
	if err := d.oursOnly(); err != nil {
		return err
	}
	live := &d.t.Live
	switch {
	case live.ID == "" || live.ID != a.Chat:
		return chatOver()
	case live.By == d.actor.Person:
		return nil
	case live.By != a.From:
		who := "nobody"
		if live.By != "" {
			who = d.nameOf(live.By)
		}
		return conflict("chat", "In the meantime {who} has the chat.", string(live.By)).With("who", who)
	}
	d.hasChat()
	d.takes()
	return nil
}

// endChat ends it. Twice is once, and so is one that has ended by itself.
func (d *decision) endChat(a desk.EndChat) error {
	if d.t.Live.ID != "" && d.t.Live.ID == a.Chat {
		d.hangUp("ended")
	}
	return nil
}

func chatOver() error {
	return invalid("chat", "This chat is over.", "What was said is in the conversation; answer there.")
}

// hangUp ends the chat and keeps it.
func (d *decision) hangUp(reason string) {
	d.keepChat(reason)
	d.t.Live = desk.Live{}
	d.touched = true
}

// keepChat appends what was said as one entry with its files.
func (d *decision) keepChat(reason string) {
	live := &d.t.Live
	var files []desk.Attachment
	for _, l := range live.Lines {
		files = append(files, l.Files...)
	}
	e := desk.Entry{
		Kind: desk.Chat, Channel: "chat", Reason: reason, Text: d.transcript(false), Files: files,
		Talk: desk.Talk{With: live.With, WithName: d.nameOf(live.With), Started: live.Started},
	}
	if shown := d.transcript(true); shown != e.Text {
		e.Shown = shown
	}
	live.Lines = nil
	d.add(e, desk.Public)
}

// transcript writes the lines by the clock on the department's wall, with the
// names as customers read them if they are shown it.
func (d *decision) transcript(shown bool) string {
	dept := d.st.Place.Departments[d.t.Department]
	var b strings.Builder
	for _, l := range d.t.Live.Lines {
		name := l.Name
		if m := d.mask(l.By); shown && m != "" {
			name = m
		}
		fmt.Fprintf(&b, "%s %s", policy.Wall(dept, l.At).Format("15:04"), name)
		switch {
		case l.Joined:
			b.WriteString(" has joined")
		case l.Text != "":
			b.WriteString(": " + l.Text)
		}
		for _, f := range l.Files {
			b.WriteString(" [" + f.Name + "]")
		}
		b.WriteByte('\n')
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// chatMoves ends the chat of what is done, and lets the next department take it
// when the ticket is passed on.
func (d *decision) chatMoves() {
	live := &d.t.Live
	if live.ID == "" || d.st.Ticket == nil {
		return
	}
	if d.t.Status.Done() && !d.st.Ticket.Status.Done() {
		d.hangUp("solved")
	} else if d.t.Department != d.st.Ticket.Department && live.By != "" {
		live.By, live.Ends = "", d.now.Add(unattended)
	}
}
