package flow_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
	"docket/app/desk/policy"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

const uuidT = "01890000-0000-7000-8000-000000000001"

// people are the desk's: Rita, Rene (reads), Cora (comments) and Nora of
// Kranich, Carl of Sund, Ed and Eve of Mail, Otto of Servers, Lea who leads
// Mail, Cat of Care, Ada who is admin.
func place() desk.Place {
	p := desk.Place{
		Departments: map[desk.DeptID]desk.Department{
			"care":    {ID: "care", Name: "Care", Triage: true, Open: open("Europe/London", time.Sunday, time.Saturday, 7, 22), Promises: promises("20m 40m", "high 10m 20m")},
			"mail":    {ID: "mail", Name: "Mail", ReopenDays: 7, Open: open("Europe/Berlin", time.Monday, time.Friday, 8, 18), Promises: promises("4h 8h", "low 16h 16h", "high 1h 2h", "emergency 15m 30m always")},
			"servers": {ID: "servers", Name: "Servers", ReopenDays: 2, Reply: "as soon as we can", Promises: promises("high 1h 1h")},
			"billing": {ID: "billing", Name: "Billing", Entry: desk.EntryDirect, Open: open("America/New_York", time.Monday, time.Friday, 9, 17), Promises: promises("8h 8h", "high 1h 2h")},
			"backend": {ID: "backend", Name: "Back office", Hidden: true},
		},
		Orgs: map[desk.OrgID]desk.Organization{
			"kranich": {ID: "kranich", Name: "Kranich", Holds: []desk.Holding{{Kind: "domain", ID: "kranich.example", Label: "Kranich’s domain"}}, Entitlements: entitlements()},
			"sund":    {ID: "sund", Name: "Sund"},
		},
		People: map[desk.PersonID]desk.Person{},
		Topics: map[desk.TopicID]desk.Topic{
			"mail":    {ID: "mail", Name: "Mail", Department: "mail"},
			"webmail": {ID: "webmail", Parent: "mail", Name: "Webmail", Department: "mail", Type: desk.Incident, Priority: desk.PriorityLow},
			"mailbox": {ID: "mailbox", Parent: "mail", Name: "Mailboxes", Department: "billing", Type: desk.Incident},
			"joins":   {ID: "joins", Name: "Somebody joins", Department: "mail", Form: "joins", Type: desk.Request, Lead: 20 * time.Hour, Alerts: []time.Duration{10 * time.Hour, 2 * time.Hour}},
			"laptop":  {ID: "laptop", Name: "A computer", Department: "billing", Form: "laptop", Type: desk.Request},
		},
		Forms: map[desk.FormID]desk.Form{},
		Misuse: desk.Misuse{Appeal: "servers", Ladder: []desk.Sanction{
			{Does: desk.SanctionWarn}, {Does: desk.SanctionConfirm}, {Does: desk.SanctionNoHigh, Days: 30}, {Does: desk.SanctionBan},
		}},
	}
	for _, x := range []desk.Person{
		customer("rita", "kranich", desk.OrgNone), customer("rene", "kranich", desk.OrgRead),
		customer("cora", "kranich", desk.OrgComment), customer("nora", "kranich", desk.OrgNone),
		customer("carl", "sund", desk.OrgNone),
		member("ed", desk.Engineer, "mail"), member("eve", desk.Engineer, "mail"), member("otto", desk.Engineer, "servers"),
		member("lea", desk.Lead, "mail"), member("cat", desk.Engineer, "care"),
		member("ada", desk.Admin, "care", "mail", "servers", "billing", "backend"),
		{ID: "gone", Name: "Gone", Role: desk.Engineer, Disabled: true},
	} {
		p.People[x.ID] = x
	}
	w := &world{place: p}
	if err := w.form([]string{"laptop", "1", "who person* Who is it for?", "kind choice* Laptop/Desktop", "model text when kind=Laptop", "disks number when kind=Desktop", "from date", "beside reference"}); err != nil {
		panic(err)
	}
	if err := w.form([]string{"joins", "1", "kind choice* Laptop/None", "Mailbox list", "Computer list when kind=Laptop", "approver"}); err != nil {
		panic(err)
	}
	return p
}

// entitlements are Kranich's: for mail by two levels, one of them for Rene
// alone, and what ended and what is to come; for servers.
func entitlements() []desk.Entitlement {
	always, week := desk.Calendar{}, open("Europe/Berlin", time.Monday, time.Friday, 8, 18)
	return []desk.Entitlement{
		{ID: "silver", Product: "Mail", Level: "Silver", Department: "mail", Open: week, Promises: promises("2h 2h solve=20h", "low 6h 6h"), Quota: 5, Start: start.AddDate(0, -1, 0), End: start.AddDate(0, 1, 0)},
		{ID: "gold", Product: "Mail", Level: "Gold", Department: "mail", Open: always, Promises: promises("1h 3h"), Contacts: []desk.PersonID{"rene"}},
		{ID: "old", Product: "Shop", Level: "Bronze", Department: "servers", Promises: promises("1h 1h"), End: start},
		{ID: "soon", Product: "Backup", Department: "servers", Promises: promises("1h 1h"), Start: start.Add(48 * time.Hour)},
		{ID: "slow", Product: "DNS", Level: "Basic", Department: "mail", Promises: promises("90h 90h")},
		{ID: "lapsed", Product: "Mail", Level: "Trial", Department: "mail", Promises: promises("10m 10m"), End: start},
	}
}

// open is from hour to hour on the days of a week.
func open(zone string, first, last time.Weekday, from, to int) desk.Calendar {
	c := desk.Calendar{Zone: zone, Closed: []string{"2026-04-03", "2026-04-06"}}
	for d := first; d <= last; d++ {
		c.Week = append(c.Week, desk.Span{Day: d, From: from * 60, To: to * 60})
	}
	return c
}

// promise changes what a department promises.
func (w *world) promise(dept desk.DeptID, lines ...string) {
	d := w.place.Departments[dept]
	d.Promises = promises(lines...)
	w.place.Departments[dept] = d
}

// form declares what a form asks: "ID TYPE* OPTIONS or label when FIELD=IS".
func (w *world) form(words []string) error {
	f := desk.Form{ID: desk.FormID(words[0])}
	if _, err := fmt.Sscan(words[1], &f.Version); err != nil {
		return err
	}
	for _, line := range words[2:] {
		line, when, _ := strings.Cut(line, " when ")
		id, rest, _ := strings.Cut(line, " ")
		kind, rest, _ := strings.Cut(rest, " ")
		x := desk.Field{ID: id, Label: strings.ToUpper(id), Required: strings.HasSuffix(kind, "*")}
		if x.Type = desk.FieldType(strings.TrimSuffix(kind, "*")); x.Type == desk.FieldChoice {
			x.Options = strings.Split(rest, "/")
		}
		x.When.Field, x.When.Is, _ = strings.Cut(when, "=")
		switch { // "Do something list" stands on the checklist, "approver" asks for one
		case line == "approver":
			f.Approver = true
			continue
		case strings.HasSuffix(line, " list"):
			f.Checklist = append(f.Checklist, desk.CheckItem{Text: strings.TrimSuffix(line, " list"), When: x.When})
			continue
		}
		f.Fields = append(f.Fields, x)
	}
	w.place.Forms[f.ID] = f
	return nil
}

// policy changes how a department runs its tickets.
func (w *world) policy(dept desk.DeptID, switches []string) error {
	d := w.place.Departments[dept]
	for _, s := range switches {
		k, v, _ := strings.Cut(s, "=")
		var err error
		switch k {
		case "mask":
			d.Policy.Mask = v
		case "autoclose":
			d.Policy.AutoClose = desk.CloseMode(v)
		case "fixed":
			d.Policy.Fixed = desk.FixedMode(v)
		case "reopen":
			d.Policy.Reopen = desk.ReopenMode(v)
		case "tell_lowered":
			d.Policy.TellLowered = v == "true"
		case "satisfaction":
			d.Policy.Satisfaction = desk.SatisfactionMode(v)
		case "satisfaction_days":
			d.Policy.RateDays, err = strconv.Atoi(v)
		case "silence":
			d.Policy.Silence, err = time.ParseDuration(v)
		case "chat_silence":
			d.Policy.ChatSilence, err = time.ParseDuration(v)
		case "cc_history":
			d.Policy.CCHistory = desk.HistoryMode(v)
		case "retention_months":
			d.Policy.RetentionMonths, err = strconv.Atoi(v)
		case "file_months":
			d.Policy.FileMonths, err = strconv.Atoi(v)
		case "min_wait":
			d.Policy.MinWait, err = time.ParseDuration(v)
		case "remind":
			for _, x := range strings.Split(v, ",") {
				at, bad := time.ParseDuration(x)
				d.Policy.Remind, err = append(d.Policy.Remind, at), errors.Join(err, bad)
			}
		default:
			err = fmt.Errorf("no switch %q", k)
		}
		if err != nil {
			return err
		}
	}
	w.place.Departments[dept] = d
	return nil
}

// rota adds a level to a department's rota, as the histories say it.
func (w *world) rota(dept desk.DeptID, words []string) error {
	d := w.place.Departments[dept]
	d.Rota.Zone = "UTC"
	if len(words) == 0 {
		d.Rota = desk.Rota{}
		w.place.Departments[dept] = d
		return nil
	}
	l := desk.Level{Name: words[1]}
	for _, x := range words[2:] {
		if x == "named" {
			l.Named = true
			continue
		}
		who, when, timed := strings.Cut(x, "=")
		duty := desk.Duty{Person: desk.PersonID(who)}
		if timed {
			var from, to int
			days, times, _ := strings.Cut(when, ":")
			if _, err := fmt.Sscanf(times, "%d-%d", &from, &to); err != nil {
				return err
			}
			first, last := time.Monday, time.Friday
			if days == "mon-sun" {
				first, last = time.Sunday, time.Saturday
			}
			duty.Week = open("UTC", first, last, from, to).Week
		}
		l.Duty = append(l.Duty, duty)
	}
	switch words[0] {
	case "oncall":
		d.Rota.OnCall = append(d.Rota.OnCall, l)
	case "escalation":
		d.Rota.Escalation = append(d.Rota.Escalation, l)
	default:
		return fmt.Errorf("no path %q", words[0])
	}
	w.place.Departments[dept] = d
	return nil
}

// promises reads "high 1h 2h always assign=1h solve=9h stale=8h": priority,
// first reply, next reply, and the team's own.
func promises(lines ...string) []desk.Promise {
	var out []desk.Promise
	for _, l := range lines {
		f := strings.Fields(l)
		if len(f) == 0 {
			continue
		}
		var p desk.Promise
		if l[0] >= 'a' {
			p.Priority, f = desk.Priority(f[0]), f[1:]
		}
		p.FirstReply, _ = time.ParseDuration(f[0])
		p.NextReply, _ = time.ParseDuration(f[1])
		for _, more := range f[2:] {
			k, v, _ := strings.Cut(more, "=")
			length, _ := time.ParseDuration(v)
			switch k {
			case "always":
				p.Always = true
			case "assign":
				p.Assign = length
			case "solve":
				p.Resolve = length
			case "stale":
				p.Stale = length
			}
		}
		out = append(out, p)
	}
	return out
}

func customer(id desk.PersonID, org desk.OrgID, level desk.OrgAccess) desk.Person {
	return desk.Person{ID: id, Name: "The " + string(id), Role: desk.Customer, Memberships: []desk.Membership{{Org: org, Access: level}}}
}

func member(id desk.PersonID, r desk.Role, depts ...desk.DeptID) desk.Person {
	return desk.Person{ID: id, Name: "The " + string(id), Role: r, Departments: depts}
}

// role makes somebody staff of a department or a customer of an organization.
func (w *world) role(id desk.PersonID, r desk.Role, in string) {
	w.place.People[id] = customer(id, desk.OrgID(in), desk.OrgNone)
	if r.Staff() {
		w.place.People[id] = member(id, r, desk.DeptID(in))
	}
}

// world is a ledger of one ticket, in memory. beside are the other tickets of
// its desk, by id; they have their place in common.
type world struct {
	unreached bool // the customers have no computer that is signed in
	id        desk.TicketID
	beside    map[desk.TicketID]*world
	place     desk.Place
	now       time.Time
	t         *desk.Ticket
	entries   []desk.Entry
	read      map[desk.PersonID]uint64
	follows   followed
	calls     []desk.NotedCall
	views     []desk.SavedView
	kb        knowledge
	kbID      int
	n         int
	// replied is the first reply that the newest change gave.
	replied string
}

func newWorld() *world {
	w := &world{id: uuidT, beside: map[desk.TicketID]*world{}, place: place(), now: start, read: map[desk.PersonID]uint64{}, follows: followed{}}
	w.beside[w.id] = w
	return w
}

// another is another ticket of the same desk.
func (w *world) another(id desk.TicketID) *world {
	if x := w.beside[id]; x != nil {
		return x
	}
	x := &world{id: id, beside: w.beside, place: w.place, now: w.now, read: map[desk.PersonID]uint64{}, follows: w.follows}
	w.beside[id] = x
	return x
}

// other is the ticket a command concerns beside its own, as the server reads it.
func (w *world) other(a desk.Actor, args desk.Args) *desk.Ticket {
	id := desk.TicketID("")
	switch x := args.(type) {
	case desk.Merge:
		if o := w.beside[x.Into]; o != nil && access.CanSee(a, o.t) {
			return o.t
		}
		return nil
	case desk.SetFix:
		if id = w.t.Fix.Problem; x.Problem != "" {
			if o := w.beside[x.Problem]; o != nil && access.CanSee(a, o.t) {
				return o.t
			}
			return nil
		}
	case desk.Split:
		id = x.As
	case desk.Unmerge:
		id = w.t.Into
	case desk.Reply:
		for id = w.t.Into; id != "" && w.beside[id].t.Into != ""; {
			id = w.beside[id].t.Into
		}
	}
	if o := w.beside[id]; o != nil {
		return o.t
	}
	return nil
}

func (w *world) actor(id desk.PersonID) desk.Actor {
	if id == desk.System {
		return desk.Clerk()
	}
	p := w.place.People[id]
	if p.Disabled {
		return desk.Actor{Person: id}
	}
	return desk.Actor{Person: id, Name: p.Name, Role: p.Role, Departments: p.Departments, Memberships: desk.Granted(w.place.Orgs, p.Memberships)}
}

// last is the newest Seq in the actor's audience.
func (w *world) last(a desk.Actor) uint64 {
	switch {
	case w.t == nil:
		return 0
	case a.Role.Staff():
		return w.t.LastSeq
	}
	return w.t.PublicSeq
}

// state is what the server gives Decide: nothing the actor may not see.
func (w *world) state(a desk.Actor, basis uint64) desk.State {
	st := desk.State{Place: w.place, ReadUpTo: w.read[a.Person], Follows: w.follows.of(a.Person), Unreached: w.unreached && a.Person == desk.System}
	if !access.CanSee(a, w.t) {
		return st
	}
	t := *w.t
	st.Ticket = &t
	for _, e := range w.entries {
		if (a.Role.Staff() && e.Seq > basis) || (!a.Role.Staff() && e.PublicSeq > basis) {
			st.Tail = append(st.Tail, e)
		}
	}
	return st
}

// give runs a command as the server does and checks what must hold of every
// change.
func (w *world) give(who desk.PersonID, basis uint64, composed time.Time, args desk.Args) (desk.Change, error) {
	w.n++
	a := w.actor(who)
	cmd := desk.Command{ID: desk.CommandID(fmt.Sprintf("c%d", w.n)), Ticket: w.id, Basis: basis, Composed: composed, Args: args}
	st := w.state(a, basis)
	if n := desk.AboutOf(args); n > 0 && st.Ticket != nil {
		if i := slices.IndexFunc(w.entries, func(e desk.Entry) bool { return e.PublicSeq == n }); i >= 0 {
			st.About = &w.entries[i]
		}
	}
	if st.Ticket != nil {
		st.Other = w.other(a, args)
		for _, id := range w.t.Fix.Tells() {
			if args.Kind() == desk.CmdRunDue {
				st.Others = append(st.Others, w.beside[id].t)
			}
		}
		for _, id := range slices.Sorted(maps.Keys(w.beside)) {
			if o := w.beside[id].t; args.Kind() == desk.CmdUnstrike && o != nil && o.Requester == w.t.Requester && policy.Doubted(o) {
				st.Others = append(st.Others, o)
			}
		}
	}
	if args.Kind() == desk.CmdRunDue && st.Ticket != nil && flow.Keeping(st.Ticket) {
		st.Kin, st.KinMore, _ = flow.Kin(st.Ticket, func(id desk.TicketID) (*desk.Ticket, error) {
			if o := w.beside[id]; o != nil {
				return o.t, nil
			}
			return nil, nil
		})
	}
	if args.Kind() == desk.CmdOpen {
		st.Ticket, st.Calls = w.t, w.calls
	}
	before := clone(st)
	ch, err := flow.Decide(st, cmd, a, w.now)
	if !reflect.DeepEqual(before, clone(st)) {
		return ch, errors.New("BROKEN: Decide changed what it was given")
	}
	if broken := w.predicted(cmd, a, st, ch, err); broken != nil {
		return ch, broken
	}
	if err != nil {
		return ch, err
	}
	if broken := w.sound(ch, a); broken != nil {
		return ch, broken
	}
	if broken := w.inPlace(ch, a); broken != nil {
		return ch, broken
	}
	if broken := w.named(ch); broken != nil {
		return ch, broken
	}
	if broken := w.covered(ch); broken != nil {
		return ch, broken
	}
	if broken := w.explained(ch); broken != nil {
		return ch, broken
	}
	if broken := w.counts(ch); broken != nil {
		return ch, broken
	}
	if broken := phrased(cmd, ch.Entries); broken != nil {
		return ch, broken
	}
	if ch.ReadUpTo != 0 {
		w.read[who] = ch.ReadUpTo
	}
	for _, f := range ch.Follows {
		w.follows.keep(who, f)
	}
	if c := ch.Counts; c != nil {
		p := w.place.People[c.Person]
		p.Standing = c.Standing
		w.place.People[p.ID] = p
	}
	if !ch.HeadSame {
		w.t = &ch.Ticket
		w.entries = append(w.entries, ch.Entries...)
	}
	for _, id := range ch.Purge {
		o := w.another(id)
		o.t, o.entries = nil, nil
	}
	for also := ch.Beside; also != nil; also = also.Beside {
		o := w.another(also.Ticket.ID)
		if broken := o.sound(*also, a); broken != nil {
			return ch, broken
		}
		o.t, o.entries = &also.Ticket, append(o.entries, also.Entries...)
	}
	return ch, nil
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return b
}

func clone[T any](v T) T {
	var out T
	if err := json.Unmarshal(mustJSON(v), &out); err != nil {
		panic(err)
	}
	return out
}

// inPlace checks that nobody loses their place in the queue by asking again,
// and that a priority moves a ticket among others of its age only (BEHAVIOURS
// 1.22, 4.6).
func (w *world) inPlace(ch desk.Change, a desk.Actor) error {
	if w.t == nil || !needsUs(w.t) || !needsUs(&ch.Ticket) {
		return nil
	}
	before, after := policy.Place(w.t), policy.Place(&ch.Ticket)
	if before[1]&0x80 == 0 && after[1]&0x80 != 0 && (a.Role == desk.Customer || a.Person == w.t.Requester) {
		return fmt.Errorf("BROKEN: who asked waits no more: %x, %x", before, after)
	}
	switch asks := a.Role == desk.Customer || a.Person == w.t.Requester; {
	case asks && bytes.Compare(after, before) > 0 && after[1]&0x80 == 0: // where nobody waits, what was said last counts
		return fmt.Errorf("BROKEN: asking moved it back from %x to %x", before, after)
	case w.t.Priority != ch.Ticket.Priority && !spoken(ch) && !bytes.Equal(after[1:], before[1:]):
		return fmt.Errorf("BROKEN: a priority changed since when it waits: %x, %x", before, after)
	case w.t.Department != ch.Ticket.Department && policy.Less(w.t, &ch.Ticket, desk.Actor{Role: desk.Lead}):
		return fmt.Errorf("BROKEN: passing it on moved it back from %x to %x", before, after)
	}
	return nil
}

// spoken reports whether a message went with it, which answers who waits.
func spoken(ch desk.Change) bool {
	return slices.ContainsFunc(ch.Entries, func(e desk.Entry) bool { return e.Kind == desk.Message || e.Kind == desk.Judged })
}

func needsUs(t *desk.Ticket) bool {
	return t.Status == desk.New || t.Status == desk.Triage || t.Status == desk.InProgress
}

// sound checks counters, order and that nothing internal reached customers.
func (w *world) sound(ch desk.Change, a desk.Actor) error {
	var old desk.Ticket
	var oldForm desk.CustomerTicket
	if w.t != nil {
		old, oldForm = *w.t, access.Customer(w.t)
	}
	newForm := access.Customer(&ch.Ticket)
	if ch.View != nil || ch.Help != nil {
		return nil // about no ticket
	}
	if ch.HeadSame {
		if len(ch.Entries) > 0 || (w.t != nil && !reflect.DeepEqual(ch.Ticket, old)) {
			return errors.New("BROKEN: HeadSame, and the head is not the same")
		}
		return nil
	}
	seq, public := old.LastSeq, old.PublicSeq
	ids := map[desk.EntryID]bool{}
	for _, e := range ch.Entries {
		seq++
		if e.Audience == desk.Public {
			public++
			if e.PublicSeq != public {
				return fmt.Errorf("BROKEN: public seq %d, want %d", e.PublicSeq, public)
			}
		} else if e.PublicSeq != 0 {
			return errors.New("BROKEN: an internal entry has a public number")
		}
		if e.Seq != seq || ids[e.ID] || e.Author != a.Person && e.Author != desk.System && e.Kind != desk.Opened && len(ch.Calls) == 0 || e.AuthorName == "" {
			return fmt.Errorf("BROKEN: entry %+v", e)
		}
		ids[e.ID] = true
	}
	switch same := reflect.DeepEqual(oldForm, newForm); {
	case ch.Ticket.Version != old.Version+1 || ch.Ticket.LastSeq != seq || ch.Ticket.PublicSeq != public:
		return fmt.Errorf("BROKEN: version %d, last %d, public %d", ch.Ticket.Version, ch.Ticket.LastSeq, ch.Ticket.PublicSeq)
	case same && ch.Ticket.PublicVersion != old.PublicVersion:
		return errors.New("BROKEN: a public version without a public change")
	case !same && ch.Ticket.PublicVersion != old.PublicVersion+1:
		return errors.New("BROKEN: a public change without exactly one public version")
	case public == old.PublicSeq && len(ch.Entries) > 0 && !same && a.Person != desk.System && reflect.DeepEqual(clone(old.Live), clone(ch.Ticket.Live)): // a line is public and makes no entry
		return errors.New("BROKEN: an internal change shows in the customer's form")
	case ch.Ticket.Status == desk.New && old.Version > 0 && old.Status != desk.New:
		return errors.New("BROKEN: back to new")
	}
	return nil
}

// predicted runs the same command on what a customer's client holds and
// compares: same answer, same customer form.
func (w *world) predicted(cmd desk.Command, a desk.Actor, st desk.State, ch desk.Change, err error) error {
	if a.Role == desk.Customer && cmd.Args.Kind() == desk.CmdOpen && st.Ticket == nil && len(ch.Calls) == 0 {
		return w.opened(cmd, a, ch, err)
	}
	if a.Role != desk.Customer || st.Ticket == nil {
		return nil
	}
	local := desk.State{Place: w.customerPlace(a), ReadUpTo: st.ReadUpTo, Follows: st.Follows}
	form := clone2[desk.Ticket](access.Customer(st.Ticket))
	local.Ticket = &form
	if st.About != nil {
		c, _ := access.CustomerEntry(*st.About)
		e := clone2[desk.Entry](c)
		local.About = &e
	}
	for _, e := range st.Tail {
		if c, ok := access.CustomerEntry(e); ok {
			local.Tail = append(local.Tail, clone2[desk.Entry](c))
		}
	}
	got, gotErr := flow.Decide(local, cmd, a, w.now)
	if code(gotErr) != code(err) {
		return fmt.Errorf("BROKEN: the client says %v, the server %v", gotErr, err)
	}
	if err != nil || ch.HeadSame {
		if got.HeadSame != ch.HeadSame || got.ReadUpTo != ch.ReadUpTo || !reflect.DeepEqual(got.Follows, ch.Follows) {
			return fmt.Errorf("BROKEN: the client predicts %+v", got)
		}
		return nil
	}
	want := clone2[desk.Ticket](access.Customer(&ch.Ticket))
	mine := clone(got.Ticket)
	want.People, mine.People = nil, nil // names and organizations are the server's
	want.Requester, mine.Requester = "", ""
	if !reflect.DeepEqual(mine, want) || got.ReadUpTo != ch.ReadUpTo {
		return fmt.Errorf("BROKEN: the client predicts\n%+v, the server decides\n%+v", mine, want)
	}
	return nil
}

// opened does so for what is opened: it is refused for the same, and believed as
// much.
func (w *world) opened(cmd desk.Command, a desk.Actor, ch desk.Change, err error) error {
	got, gotErr := flow.Decide(desk.State{Place: w.customerPlace(a)}, cmd, a, w.now)
	switch {
	case code(gotErr) != code(err):
		return fmt.Errorf("BROKEN: the client says %v, the server %v", gotErr, err)
	case err == nil && (got.Ticket.Urgency != ch.Ticket.Urgency || got.Ticket.Department != ch.Ticket.Department):
		return fmt.Errorf("BROKEN: the client predicts %s in %s, the server decides %s in %s", got.Ticket.Urgency, got.Ticket.Department, ch.Ticket.Urgency, ch.Ticket.Department)
	}
	return nil
}

// customerPlace is the place as a's reference lanes tell it: everybody of ours
// and the colleagues, by name.
func (w *world) customerPlace(a desk.Actor) desk.Place {
	p := w.place
	d := desk.Desk{}
	for _, x := range p.Departments {
		d.Departments = append(d.Departments, x)
	}
	for _, t := range p.Topics {
		d.Topics = append(d.Topics, t)
	}
	p.Departments = maps.Clone(p.Departments)
	for _, x := range access.PublicDesk(d).Departments {
		p.Departments[x.ID] = x
	}
	p.Topics = map[desk.TopicID]desk.Topic{}
	for _, t := range access.PublicDesk(d).Topics {
		p.Topics[t.ID] = t
	}
	p.People = maps.Clone(p.People)
	for id, x := range p.People {
		if x.Role == desk.Customer && !slices.ContainsFunc(x.Memberships, func(m desk.Membership) bool { return m.Org == a.Memberships[0].Org }) {
			delete(p.People, id)
			continue
		}
		shown, ok := access.PublicPerson(x, w.place.Departments)
		if p.People[id] = clone2[desk.Person](shown); !ok {
			delete(p.People, id)
		}
	}
	own := clone2[desk.Own](access.OwnOf(w.place.People[a.Person]))
	p.Own, p.OwnStanding = own.Entitlements, desk.Counts{Person: own.Person, Standing: own.Standing}
	return p
}

func clone2[T, F any](v F) T {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	var out T
	if err := json.Unmarshal(b, &out); err != nil {
		panic(err)
	}
	return out
}

func code(err error) desk.Code {
	if err == nil {
		return ""
	}
	return desk.AsError(err).Code
}
