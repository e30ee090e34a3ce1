package authority

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strconv"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/sync/wire"
)

type panicError struct{ value any }

func (p *panicError) Error() string { return fmt.Sprintf("panic: %T", p.value) }

// panicText is what the log gets of a panic: where it was, never a payload.
func panicText(r any) string {
	if err, ok := r.(error); ok {
		return err.Error() + "\n" + string(debug.Stack())
	}
	return fmt.Sprintf("%T\n%s", r, debug.Stack())
}

// run executes a job's commands inside tx. An error means that the transaction
// must not commit. With refuse set, nothing is decided: the first new command
// gets that refusal, because the store would not take what it does.
func (a *Authority) run(tx Tx, j *job, refuse *desk.Error) (step, error) {
	var s step
	if len(j.own) > 0 {
		return s, a.runOwn(tx, j.own, refuse)
	}
	dev, err := tx.Device(j.device)
	if errors.Is(err, desk.ErrNotFound) || err == nil && dev.Revoked {
		return step{err: signedOut}, nil
	}
	if err != nil {
		return s, fmt.Errorf("read device: %w", err)
	}
	actor, err := tx.Actor(dev.Person)
	if errors.Is(err, desk.ErrNotFound) || errors.Is(err, desk.ErrDenied) || errors.Is(err, desk.ErrSignIn) {
		return step{err: signedOut}, nil
	}
	if err != nil {
		return s, fmt.Errorf("read actor: %w", err)
	}
	actor.Device = dev.ID
	if j.take != nil {
		if refuse != nil {
			return step{err: refuse}, nil
		}
		return a.take(tx, dev, actor, *j.take)
	}
	for _, p := range j.asked {
		if p.DSeq > dev.LastDSeq+1 || p.DSeq == 0 {
			s.answer.Gap = dev.LastDSeq + 1
			return s, nil
		}
		if p.DSeq <= dev.LastDSeq {
			r, err := repeated(tx, dev, p)
			if err != nil {
				return s, err
			}
			s.answer.Receipts = append(s.answer.Receipts, r)
			continue
		}
		r, err := a.one(tx, dev, actor, p, refuse)
		if err != nil {
			return s, err
		}
		dev.LastDSeq = p.DSeq
		s.answer.Receipts = append(s.answer.Receipts, r)
	}
	return s, nil
}

// runOwn executes what the desk itself does. It has no device and no receipt:
// what is refused or came too late has nothing to do any more, and is looked at
// again when its time comes.
func (a *Authority) runOwn(tx Tx, own []desk.Command, refuse *desk.Error) error {
	now, clerk := a.cfg.Clock().UTC(), desk.Clerk()
	for _, cmd := range own {
		r := desk.Receipt{Outcome: desk.Refused}
		if refuse == nil {
			r.Outcome = desk.OK
			changed, err := a.decideAndApply(tx, clerk, cmd, now, &r)
			if err != nil {
				return err
			}
			if !changed && r.Outcome == desk.OK {
				continue
			}
		}
		if err := tx.Audit(Row{
			At: now, Person: clerk.Person, Action: string(cmd.Args.Kind()), Object: string(cmd.Ticket), Outcome: string(r.Outcome),
		}); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
	}
	return nil
}

// repeated answers a number that was spent: with its receipt if the command is
// the same, else by saying that two copies of this device exist.
func repeated(tx Tx, dev desk.Device, p asked) (desk.Receipt, error) {
	r, found, err := tx.Result(dev.ID, p.DSeq)
	if err != nil {
		return r, fmt.Errorf("read result: %w", err)
	}
	if found && r.Hash == p.hash {
		return r, nil
	}
	return desk.Receipt{DSeq: p.DSeq, Outcome: desk.Refused, Hash: p.hash, Error: &desk.Error{
		Code: desk.CodeForked, Message: "Another copy of this computer’s Docket has been sending under its name.",
		Hint: "Sign in again here. What you wrote is kept, and goes out once.",
	}}, nil
}

// one executes a command whose number is the device's next and saves how it
// ended, whatever that is.
func (a *Authority) one(tx Tx, dev desk.Device, actor desk.Actor, p asked, refuse *desk.Error) (desk.Receipt, error) {
	now := a.cfg.Clock().UTC()
	r := desk.Receipt{DSeq: p.DSeq, At: now, Hash: p.hash, Outcome: desk.OK}
	cmd, err := p.cmd, p.err
	r.Command, r.Ticket = cmd.ID, cmd.Ticket
	action := "malformed"
	switch {
	case err != nil:
		failed(&r, err)
	case refuse != nil:
		action = string(cmd.Args.Kind())
		failed(&r, refuse)
	default:
		action = string(cmd.Args.Kind())
		if err = a.effect(tx, actor, cmd, now, &r); err != nil {
			return r, err
		}
	}
	if err := tx.SaveResult(dev.ID, p.DSeq, r); err != nil {
		return r, fmt.Errorf("save result: %w", err)
	}
	if err := tx.Audit(Row{
		At: now, Person: actor.Person, Device: dev.ID, Action: action, Object: string(cmd.Ticket), Outcome: string(r.Outcome),
	}); err != nil {
		return r, fmt.Errorf("audit: %w", err)
	}
	return r, nil
}

// effect decides and applies. What the rules answer goes into r; an error is
// the store's.
func (a *Authority) effect(tx Tx, actor desk.Actor, cmd desk.Command, now time.Time, r *desk.Receipt) error {
	earlier, found, err := tx.ResultOf(actor.Person, cmd.ID)
	if err != nil {
		return fmt.Errorf("read earlier result: %w", err)
	}
	if found {
		// The same command under another number: a device that took a new name
		// sends again what its old name may have sent. Once is enough.
		dseq, hash := r.DSeq, r.Hash
		*r = earlier
		r.DSeq, r.Hash = dseq, hash
		return nil
	}
	_, err = a.decideAndApply(tx, actor, cmd, now, r)
	return err
}

// decideAndApply reports whether anything was changed.
func (a *Authority) decideAndApply(tx Tx, actor desk.Actor, cmd desk.Command, now time.Time, r *desk.Receipt) (bool, error) {
	st, err := a.state(tx, actor, cmd)
	if err != nil {
		if e := refusable(err); e != nil {
			failed(r, e)
			return false, nil
		}
		return false, err
	}
	var ch desk.Change
	if kind := cmd.Args.Kind(); st.Ticket != nil || kind == desk.CmdOpen || kind == desk.CmdWriteArticle {
		// Not before: which files a ticket holds is nothing for whoever may not see it.
		err = mayUse(tx, actor, cmd)
	}
	if err == nil {
		ch, err = a.decideSafely(st, cmd, actor, now)
	}
	if err != nil {
		e := refusable(err)
		if e == nil {
			return false, err
		}
		failed(r, e)
		a.explain(r, st, actor)
		return false, nil
	}
	if len(ch.Purge) > 0 {
		return true, purge(tx, ch.Purge, now)
	}
	if ch.View != nil {
		return true, tx.KeepView(*ch.View)
	}
	if ch.Help != nil {
		return true, tx.KeepHelp(actor.Person, *ch.Help)
	}
	if ch.Noted != nil {
		return true, noted(tx, *ch.Noted, st.Place, now)
	}
	if ch.HeadSame && ch.ReadUpTo == 0 && ch.Follows == nil {
		seqOf(r, st.Ticket, nil, actor)
		return false, nil
	}
	after, _, err := tx.Apply(ch, actor.Person)
	if err != nil {
		return false, fmt.Errorf("apply: %w", err)
	}
	seqOf(r, &after, ch.Entries, actor)
	for also := ch.Beside; also != nil; also = also.Beside {
		if _, _, err := tx.Apply(*also, actor.Person); err != nil {
			return false, fmt.Errorf("apply beside: %w", err)
		}
	}
	return true, nil
}

// purge deletes tickets and leaves a row of the audit for each.
func purge(tx Tx, ids []desk.TicketID, now time.Time) error {
	if err := tx.Purge(ids); err != nil {
		return fmt.Errorf("purge: %w", err)
	}
	for _, id := range ids {
		if err := tx.Audit(Row{At: now, Person: desk.System, Action: "purge", Object: string(id), Outcome: string(desk.OK)}); err != nil {
			return fmt.Errorf("audit: %w", err)
		}
	}
	return nil
}

// refusable gives the answer in err that belongs into a receipt, or nil when
// err is the store's own trouble.
func refusable(err error) *desk.Error {
	var e *desk.Error
	if errors.As(err, &e) && !outage(err) {
		return e
	}
	return nil
}

func seqOf(r *desk.Receipt, t *desk.Ticket, entries []desk.Entry, actor desk.Actor) {
	if t != nil {
		r.Ticket, r.Number = t.ID, t.Number
	}
	for _, e := range entries {
		switch {
		case actor.Role.Staff():
			r.Seq = e.Seq
			return
		case e.PublicSeq != 0:
			r.Seq = e.PublicSeq
			return
		}
	}
}

func failed(r *desk.Receipt, err error) {
	e := *desk.AsError(err)
	e.Err = nil
	r.Error, r.Outcome, r.Current = &e, desk.Refused, e.Current
	switch e.Code {
	case desk.CodeHeld:
		r.Outcome = desk.Held
	case desk.CodeConflict:
		r.Outcome = desk.Conflict
	}
}

// decideSafely is flow.Decide that cannot take the server with it.
func (a *Authority) decideSafely(st desk.State, cmd desk.Command, actor desk.Actor, now time.Time) (ch desk.Change, err error) {
	defer func() {
		if r := recover(); r != nil {
			a.log.Error("panic in a decision", "command", cmd.ID, "kind", cmd.Args.Kind(), "panic", panicText(r))
			err = errFault
		}
	}()
	return a.cfg.Decide(st, cmd, actor, now)
}

// state gathers what the rules ask for. A ticket the actor may not see is not
// there; opening one under an id in use is refused whoever it belongs to.
func (a *Authority) state(tx Tx, actor desk.Actor, cmd desk.Command) (desk.State, error) {
	var st desk.State
	var err error
	if st.Place, err = tx.Place(); err != nil {
		return st, fmt.Errorf("read place: %w", err)
	}
	kind := cmd.Args.Kind()
	if kind == desk.CmdNoteCall {
		return st, nil // about no ticket, whatever id it is given on
	}
	if a, ok := cmd.Args.(desk.SaveView); ok {
		st.View, st.Views, err = tx.SavedViews(actor.Person, a.View)
		return st, err
	}
	if kind.Helps() {
		st.Help, err = tx.Help(actor.Person, cmd.Args)
		return st, err
	}
	t, err := tx.Ticket(cmd.Ticket)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return st, fmt.Errorf("read ticket: %w", err)
	}
	if err != nil && kind == desk.CmdOpen {
		if st.Calls, err = tx.Calls(cmd.Ticket.Code()); err != nil {
			return st, fmt.Errorf("read calls that wait: %w", err)
		}
		return st, wasDeleted(tx, cmd.Ticket)
	}
	if err != nil {
		return st, nil
	}
	if kind == desk.CmdOpen {
		return st, &desk.Error{
			Code: desk.CodeInvalid, Message: "This request has been opened before.",
			Hint: "Look for it in your list, or copy the text into a new request.",
		}
	}
	if !access.CanSee(actor, t) {
		return st, nil
	}
	st.Ticket = t
	if st.ReadUpTo, err = tx.ReadUpTo(actor.Person, t.ID); err != nil {
		return st, fmt.Errorf("read position: %w", err)
	}
	switch kind {
	case desk.CmdFollow:
		st.Follows, err = tx.Follows(actor.Person)
		return st, err
	case desk.CmdRunDue:
		if flow.Keeping(t) {
			st.Kin, st.KinMore, err = flow.Kin(t, func(id desk.TicketID) (*desk.Ticket, error) { return named(tx, id) })
			if err != nil {
				return st, err
			}
		}
		if !t.Fix.Tell.IsZero() {
			if st.Others, err = told(tx, t); err != nil {
				return st, err
			}
		}
		st.Unreached, err = unreached(tx, t)
		return st, err
	case desk.CmdUnstrike:
		st.Others, err = tx.Doubted(t.Requester)
		if err != nil {
			return st, fmt.Errorf("read what waits for a word: %w", err)
		}
	case desk.CmdRead:
		return st, nil // needs no conversation; and a read is the most frequent of all
	}
	if st.Tail, err = tail(tx, actor, t, cmd.Basis); err != nil {
		return st, err
	}
	if st.About, err = about(tx, t, cmd.Args); err != nil {
		return st, err
	}
	st.Other, err = other(tx, actor, t, cmd.Args)
	return st, err
}

// wasDeleted refuses to open a ticket anew that was deleted: who was away for
// months, or a backup that was restored, may ask for it once more.
func wasDeleted(tx Tx, id desk.TicketID) error {
	gone, err := tx.WasPurged(id)
	if err != nil {
		return fmt.Errorf("look for a deleted ticket: %w", err)
	}
	if !gone {
		return nil
	}
	return &desk.Error{
		Code: desk.CodeInvalid, Message: "This request was opened before and deleted after its time.",
		Hint: "Copy the text into a new request if you still need it.",
	}
}

// other reads the ticket a command concerns beside its own. Whom a merge names
// its author has to see; what a merge led to is the desk's own affair.
func other(tx Tx, actor desk.Actor, t *desk.Ticket, args desk.Args) (*desk.Ticket, error) {
	switch a := args.(type) {
	case desk.Merge:
		return seen(tx, actor, a.Into)
	case desk.SetFix:
		if a.Problem == "" {
			return named(tx, t.Fix.Problem)
		}
		return seen(tx, actor, a.Problem)
	case desk.Split:
		return named(tx, a.As)
	case desk.Unmerge:
		return named(tx, t.Into)
	case desk.Reply:
		o, err := named(tx, t.Into)
		for n := 0; n < flow.MaxMerged && err == nil && o != nil && o.Into != ""; n++ {
			o, err = named(tx, o.Into)
		}
		return o, err
	}
	return nil, nil //nolint:nilnil // it concerns no other
}

// seen is named for what the actor may see.
func seen(tx Tx, actor desk.Actor, id desk.TicketID) (*desk.Ticket, error) {
	o, err := named(tx, id)
	if o == nil || err != nil || !access.CanSee(actor, o) {
		return nil, err
	}
	return o, nil
}

// told reads the tickets that a problem tells next.
func told(tx Tx, t *desk.Ticket) (out []*desk.Ticket, err error) {
	for _, id := range t.Fix.Tells() {
		o, err := named(tx, id)
		if err != nil {
			return nil, err
		}
		if o != nil {
			out = append(out, o)
		}
	}
	return out, nil
}

// named reads a ticket; nil when it is not there.
func named(tx Tx, id desk.TicketID) (*desk.Ticket, error) {
	if id == "" {
		return nil, nil //nolint:nilnil // none is named
	}
	t, err := tx.Ticket(id)
	if errors.Is(err, desk.ErrNotFound) {
		return nil, nil //nolint:nilnil // as the rules ask
	}
	if err != nil {
		return nil, fmt.Errorf("read other ticket: %w", err)
	}
	return t, nil
}

// unreached reports whether a ticket waits for customers none of whom has a
// computer that is signed in.
func unreached(tx Tx, t *desk.Ticket) (bool, error) {
	if t.Waiting.Since.IsZero() {
		return false, nil
	}
	for _, p := range append([]desk.PersonID{t.Requester}, t.CCs...) {
		if reached, err := tx.Reached(p); err != nil || reached {
			return false, err
		}
	}
	return true, nil
}

// about reads the entry a command is about.
func about(tx Tx, t *desk.Ticket, args desk.Args) (*desk.Entry, error) {
	seq := desk.AboutOf(args)
	if seq == 0 || seq > t.PublicSeq {
		return nil, nil //nolint:nilnil // it refers to nothing
	}
	all, err := tx.Tail(t.ID, seq-1)
	if err != nil {
		return nil, fmt.Errorf("read what it refers to: %w", err)
	}
	i := slices.IndexFunc(all, func(e desk.Entry) bool { return e.PublicSeq == seq })
	if i < 0 {
		return nil, nil //nolint:nilnil // the rules refuse it
	}
	return &all[i], nil
}

// tail reads the entries after basis in the actor's audience. A staff Seq is
// never below the customer's Seq of the same entry, so reading from there
// misses nothing.
func tail(tx Tx, actor desk.Actor, t *desk.Ticket, basis uint64) ([]desk.Entry, error) {
	newest := t.LastSeq
	if !actor.Role.Staff() {
		newest = t.PublicSeq
		begins, _ := access.Begins(actor, t)
		basis = max(basis, begins-1) // it is quoted to who wrote past it
	}
	if newest <= basis {
		return nil, nil
	}
	all, err := tx.Tail(t.ID, basis)
	if err != nil {
		return nil, fmt.Errorf("read tail: %w", err)
	}
	if actor.Role.Staff() {
		return all, nil
	}
	var out []desk.Entry
	for _, e := range all {
		if e.PublicSeq > basis {
			out = append(out, e)
		}
	}
	return out, nil
}

// explain adds to a held or conflicting receipt what stood in the way.
func (a *Authority) explain(r *desk.Receipt, st desk.State, actor desk.Actor) {
	if r.Outcome != desk.Held {
		return
	}
	newer := flow.Newer(st.Tail, actor)
	room := 256 << 10
	for len(newer) > 1 && textOf(newer) > room {
		newer = newer[1:] // the newest count; the others are in the ticket
	}
	for _, e := range newer {
		var form any = e
		if !actor.Role.Staff() {
			c, ok := access.CustomerEntry(e)
			if !ok {
				continue
			}
			form = c
		}
		b, err := wire.Marshal(form)
		if err != nil {
			a.log.Error("encode newer entry", "entry", e.ID, "err", err)
			continue
		}
		r.Newer = append(r.Newer, b)
	}
}

func textOf(entries []desk.Entry) (n int) {
	for _, e := range entries {
		n += len(e.Text) + 500
		if e.Phrase != nil {
			n += len(e.Text) // its values stand in it
		}
	}
	return n
}

// mayUse refuses files the author has no right to: naming somebody else's file
// must not give access to it (RELIABILITY T29). What the author says of size
// and type gives way to what the bytes are.
func mayUse(tx Tx, actor desk.Actor, cmd desk.Command) error {
	files := filesOf(cmd.Args)
	for i, f := range files {
		have, err := tx.MayUse(actor.Person, f.Hash, cmd.Ticket, !actor.Role.Staff())
		if a, ok := cmd.Args.(desk.WriteArticle); ok && errors.Is(err, desk.ErrNotFound) {
			have, err = tx.ArticleFile(actor, a.Article, f.Hash)
		}
		if errors.Is(err, desk.ErrNotFound) {
			return (&desk.Error{
				Code: desk.CodeInvalid, Field: "files", Message: "The file {name} has not arrived on the server.",
				Hint: "Attach it again and send once more.",
			}).With("name", strconv.Quote(f.Name))
		}
		if err != nil {
			return fmt.Errorf("read file: %w", err)
		}
		files[i].Size, files[i].Type = have.Size, have.Type
	}
	return nil
}

func filesOf(args desk.Args) []desk.Attachment {
	switch a := args.(type) {
	case desk.Open:
		return a.Files
	case desk.Reply:
		return a.Files
	case desk.AddNote:
		return a.Files
	case desk.Say:
		return a.Files
	case desk.WriteArticle:
		return a.Writing.Files
	default:
		return nil
	}
}
