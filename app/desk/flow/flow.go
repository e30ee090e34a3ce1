package flow

import (
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
)

// Decide gives what cmd does to st when actor gives it at now, or a
// *desk.Error saying why it does nothing: not_found, denied, invalid,
// too_large, held or conflict. After held, Newer gives what came in between;
// after conflict, the error's Current is the value that stands there now.
//
// The Number of a new ticket is the ledger's to give.
func Decide(st desk.State, cmd desk.Command, actor desk.Actor, now time.Time) (desk.Change, error) {
	if cmd.Args == nil || cmd.ID == "" || cmd.Ticket == "" {
		return desk.Change{}, invalid("", "This change is incomplete.", "Try again; if it stays so, update the program.")
	}
	kind := cmd.Args.Kind()
	subject := st.Ticket
	if kind == desk.CmdOpen {
		subject = nil
	}
	if err := access.Can(actor, subject, kind); err != nil {
		return desk.Change{}, err
	}
	if a, ok := cmd.Args.(desk.SaveView); ok {
		v, err := SaveView(a, st.View, st.Views, actor, st.Place)
		return desk.Change{HeadSame: true, View: &v}, err
	}
	if kind.Helps() {
		h, err := Helps(cmd.Args, cmd.ID, st.Help, actor, st.Place, now)
		return desk.Change{HeadSame: true, Help: &h}, err
	}
	if a, ok := cmd.Args.(desk.NoteCall); ok {
		n, err := NoteCall(a.Of(cmd.ID), actor, st.Place, now)
		return desk.Change{HeadSame: true, Noted: &n}, err
	}
	d := begin(st, cmd, actor, now)
	if st.Ticket != nil && d.before(desk.AboutOf(cmd.Args)) {
		d.st.About = nil
	}
	if err := d.run(); err != nil {
		return desk.Change{}, err
	}
	d.stir()
	d.overrides()
	ch := d.finish()
	for at := &ch; len(d.second) > 0; d.second = d.second[1:] {
		also := d.second[0].finish()
		at.Beside, at = &also, &also
	}
	return ch, nil
}

func (d *decision) run() error {
	switch a := d.cmd.Args.(type) {
	case desk.Open:
		return d.open(a)
	case desk.Reply:
		return d.reply(a)
	case desk.AddNote:
		return d.note(a)
	case desk.CloseTicket:
		return d.close(a)
	case desk.Reopen:
		return d.reopen(a)
	case desk.SetStatus:
		return d.status(a)
	case desk.Assign:
		return d.assign(a)
	case desk.Refer:
		return d.refer(a)
	case desk.SetPriority:
		return d.priority(a)
	case desk.SetCCs:
		return d.ccs(a)
	case desk.Rename:
		return d.rename(a)
	case desk.SetPrivate:
		return d.private(a)
	case desk.MarkRead:
		return d.markRead(a)
	case desk.LogCall:
		return d.call(a)
	case desk.RecordChat:
		return d.chat(a)
	case desk.PostNotice:
		return d.notice(a)
	case desk.Skip:
		return d.skip(a)
	case desk.RunDue:
		return d.due(a)
	case desk.SettleAsk:
		return d.settle(a)
	case desk.LinkTicket:
		return d.link(a)
	case desk.SetHelpers:
		return d.helpers(a)
	case desk.SetType:
		return d.typed(a)
	case desk.Say:
		return d.say(a)
	case desk.JoinChat:
		return d.joinChat(a)
	case desk.EndChat:
		return d.endChat(a)
	case desk.SetTags:
		return d.tags(a)
	case desk.SetLanguage:
		return d.language(a)
	case desk.SetTopic:
		return d.retopic(a)
	case desk.Tick:
		return d.tick(a)
	case desk.Approve:
		return d.approve(a)
	case desk.FillIn:
		return d.fillIn(a)
	case desk.Rate:
		return d.rate(a)
	case desk.Merge:
		return d.merge(a)
	case desk.Unmerge:
		return d.unmerge(a)
	case desk.Split:
		return d.split(a)
	case desk.Join:
		return d.join(a)
	}
	return d.keeps()
}

// keeps is run for what the team keeps of a ticket: promises, a workaround, and
// that it was put aside; and for who is called about it.
func (d *decision) keeps() error {
	switch a := d.cmd.Args.(type) {
	case desk.MakePromise:
		return d.promise(a)
	case desk.SettlePromise:
		return d.settlePromise(a)
	case desk.ProposeWorkaround:
		return d.workaround(a)
	case desk.JudgeWorkaround:
		return d.verdict(a)
	case desk.SetFix:
		return d.fix(a)
	case desk.PlanWork:
		return d.work(a)
	case desk.SnoozeTicket:
		return d.snooze(a)
	case desk.SetFollow:
		return d.following(a)
	case desk.Escalate:
		return d.escalate(a)
	case desk.Acknowledge:
		return d.acknowledge()
	case desk.Deescalate:
		return d.deescalate(a)
	case desk.TakeAlong:
		return d.along(a)
	case desk.CountMisuse:
		return d.strike(a)
	case desk.UncountMisuse:
		return d.unstrike(a)
	case desk.SetBan:
		return d.ban(a)
	case desk.SetHold:
		return d.hold(a)
	case desk.AskUpload:
		return d.askUpload(a)
	case desk.GrantUpload:
		return d.grantUpload(a)
	}
	return invalid("", "This version does not know how to do that.", "Update the program.")
}

// Newer gives the entries of tail that a reply, close or status change of
// actor has to be read against: public messages by somebody else, and for
// staff also changes of status. A customer is never stopped by a status
// change, because a customer's message beats a close (BEHAVIOURS N3).
func Newer(tail []desk.Entry, actor desk.Actor) []desk.Entry {
	var out []desk.Entry
	for _, e := range tail {
		if e.Author == actor.Person || e.Audience == desk.Internal || e.Author == desk.System && speaks(e.Kind) {
			continue // a reminder is nothing to answer to
		}
		status := e.Kind == desk.StatusSet || e.Kind == desk.Referred
		if speaks(e.Kind) || (status && actor.Role.Staff()) {
			out = append(out, e)
		}
	}
	return out
}

// speaks reports whether entries of the kind carry somebody's public words.
func speaks(k desk.Kind) bool {
	switch k {
	case desk.Opened, desk.Message, desk.Call, desk.Chat, desk.Notice:
		return true
	}
	return false
}

// held refuses when something the author had not seen came first.
func (d *decision) held(what string) error {
	newer := Newer(d.st.Tail, d.actor)
	if len(newer) == 0 {
		return nil
	}
	last := newer[len(newer)-1]
	who := last.AuthorName
	if c, ok := access.CustomerEntry(last); ok && !d.actor.Role.Staff() {
		who = c.AuthorName // who wears a mask does so here, too
	}
	if who == "" {
		who = "somebody"
	}
	did := "wrote"
	if !speaks(last.Kind) {
		did = "moved"
	}
	return (&desk.Error{
		Code:    desk.CodeHeld,
		Message: "{who, select, somebody {Somebody} other {{who}}} {did, select, wrote {wrote} other {changed the status}} after you last looked, so your {what, select, other {{what}}} has not gone out.",
		Hint:    "Read what is new, then send it anyway, change it, or discard it.",
	}).With("who", who, "did", did, "what", what)
}

func invalid(field, message, hint string) *desk.Error {
	return &desk.Error{Code: desk.CodeInvalid, Field: field, Message: message, Hint: hint}
}

func tooLarge(field, message, hint string) *desk.Error {
	return &desk.Error{Code: desk.CodeTooLarge, Field: field, Message: message, Hint: hint}
}

// conflict says that a field has another value than the author saw.
func conflict(field, message, current string) *desk.Error {
	return &desk.Error{
		Code: desk.CodeConflict, Field: field, Message: message, Current: current,
		Hint: "Look at it as it is now and decide again.",
	}
}
