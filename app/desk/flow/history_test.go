package flow_test

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// Histories are told in testdata/*.txt:
//
//	history NAME                  a new desk and no ticket
//	at 2h                         the time, since the start
//	at 2026-03-27 16:50 Europe/Berlin   the time, as a clock there shows it
//	rita: reply "text" basis=1 -> held
//	= status=triage assignee=     what the head says now
//	customer = version=2          what the customer's form says now
//	promise mail "1h 2h"          what a department promises from now on
//	policy mail autoclose=never   how it runs its tickets from now on
//	hours mail Europe/Berlin mon-fri 8:00 17:00 closed=2026-12-25   when it is open
//	clerk: run                    the desk does what is due
//	form laptop 2 "kind choice* Laptop/Desktop" "model text when kind=Laptop"   what a form asks from now on
//	retire webmail mailbox        a topic has a successor from now on
//	rota mail oncall "On call" named ed=mon-fri:8-18 eve   a level of a rota and who is on it when; "rota mail" empties it
//	away ed 10h 40h eve           one of ours is away, and who stands in
//	role ed customer kranich      what somebody is from now on
//	standing rita does=confirm strikes=2   what counts against somebody now
//	holds carl care Laptop "1h"   what a person is entitled to themselves
//	zone rita Australia/Sydney    whose clock counts for somebody, or for an organization; - for none
//	sharing kranich role=manager may=comment   who there reads what colleagues ask from now on
//	manages: rita kranich nora read -> denied   who looks after it gives access
//	entries opened message note!  all entries so far; ! is internal
//	gone a b                      these tickets are deleted, and no others
//	held kranich                  what is on legal hold from now on; "held" for nothing
//	alike a burst                 whether this one and a may be one matter; - for not
//	stands waits=true queued=true outages=0   what who asks is told of where it stands
//	called ed name=Rita began=1h text="x"   a call is noted under the code of ticket a, or code=K7-QM4
//	kb writes ed 1 title="x" send   the knowledge base; see article_test.go
//	joins                         those that wait and fit join the ticket that is there
//	same nora rita                nora goes on as rita from now on; "apart nora" takes it back
//	ticket b                      from here on another ticket; the first is a
//
// A reply asks with asks="Since when?* | >Restart it", * for what is required
// and > for a step, and answers with answers="1 answered Monday | 2 cannot" by
// the number in the head. settle takes one such answer. refers=2 and corrects=2
// name another message by its place for customers.
//
// What is wanted may be a time of a clock, too: due="2026-03-30 08:50 Europe/Berlin".
//
// A command's basis is everything its author could see unless it says
// otherwise; composed=1h is the author's own clock. Without an arrow the
// command must succeed; "-> noop" means that it changed nothing.
func TestHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no histories: %v", err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		h := &history{file: f}
		for i, line := range strings.Split(string(b), "\n") {
			h.line = i + 1
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			if err := h.step(line); err != nil {
				t.Errorf("%s:%d: %s: %s\n\t%v", f, h.line, h.name, line, err)
			}
		}
	}
}

type history struct {
	file, name string
	line       int
	w          *world
	// named are the tickets by the name the history gives them.
	named map[string]desk.TicketID
}

// another gives the id of a ticket by its name; the first is called a.
func (h *history) another(name string) desk.TicketID {
	if h.named[name] == "" {
		h.named[name] = desk.TicketID(fmt.Sprintf("01890000-0000-7000-8000-%012x", 0xb0+len(h.named)))
	}
	return h.named[name]
}

func (h *history) step(line string) error {
	words, err := split(line)
	if err != nil {
		return err
	}
	switch {
	case words[0] == "history":
		h.name, h.w = strings.Join(words[1:], " "), newWorld()
		h.named = map[string]desk.TicketID{"a": uuidT}
		return nil
	case words[0] == "ticket":
		h.w = h.w.another(h.another(words[1]))
		return nil
	case words[0] == "alike":
		return h.alike(words[1], words[2])
	case words[0] == "at":
		at, err := moment(strings.Join(words[1:], " "))
		for _, w := range h.w.beside {
			w.now = at
		}
		return err
	case words[0] == "=":
		return expect(words[1:], h.head())
	case words[0] == "customer":
		return expect(words[2:], h.form())
	case words[0] == "promise":
		h.w.promise(desk.DeptID(words[1]), words[2:]...)
		return nil
	case words[0] == "policy":
		return h.w.policy(desk.DeptID(words[1]), words[2:])
	case words[0] == "hours":
		return h.w.hours(words[1:])
	case words[0] == "form":
		return h.w.form(words[1:])
	case words[0] == "retire":
		t := h.w.place.Topics[desk.TopicID(words[1])]
		t.Retired = desk.TopicID(words[2])
		h.w.place.Topics[t.ID] = t
		return nil
	case words[0] == "rota":
		return h.w.rota(desk.DeptID(words[1]), words[2:])
	case words[0] == "away":
		p := h.w.place.People[desk.PersonID(words[1])]
		from, err := moment(words[2])
		until, bad := moment(words[3])
		p.Away = desk.Absence{From: from, Until: until, Substitute: desk.PersonID(words[4])}
		h.w.place.People[p.ID] = p
		return errors.Join(err, bad)
	case words[0] == "signed":
		h.w.unreached = words[1] == "out" // the customers
		return nil
	case words[0] == "role":
		h.w.role(desk.PersonID(words[1]), desk.Role(words[2]), words[3])
		return nil
	case words[0] == "zone":
		h.w.zone(words[1], strings.TrimPrefix(words[2], "-"))
		return nil
	case words[0] == "sharing":
		return h.w.sharing(words[1:])
	case words[0] == "manages:":
		return h.w.manages(words[1:])
	case words[0] == "holds": // a person something of their own
		p := h.w.place.People[desk.PersonID(words[1])]
		p.Entitlements = append(p.Entitlements, desk.Entitlement{ID: desk.EntitlementID(words[2]), Product: words[3], Department: "servers", Promises: promises(words[4])})
		h.w.place.People[p.ID] = p
		return nil
	case words[0] == "standing":
		return h.w.standing(desk.PersonID(words[1]), words[2:])
	case words[0] == "entries":
		return h.kinds(words[1:])
	case words[0] == "gone":
		return h.gone(words[1:])
	case words[0] == "held": // an organization is on legal hold, or "held" none
		h.w.place.Held = map[desk.OrgID]bool{}
		for _, w := range h.w.beside {
			w.place.Held = h.w.place.Held
		}
		for _, o := range words[1:] {
			h.w.place.Held[desk.OrgID(o)] = true
		}
		return nil
	case words[0] == "called":
		return h.w.called(words[1:])
	case words[0] == "keeps" || words[0] == "drops":
		return h.w.keeps(words[0] == "drops", words[1:])
	case words[0] == "views":
		return h.w.lists(desk.PersonID(words[1]), words[2:])
	case words[0] == "kb":
		return h.w.knowledge(words[1], words[2:])
	case words[0] == "joins":
		return h.w.joins()
	case words[0] == "same":
		return h.w.same(desk.PersonID(words[1]), desk.PersonID(words[2]), words[3:])
	case words[0] == "apart":
		return h.w.apart(desk.PersonID(words[1]))
	case words[0] == "stands":
		return h.stands(words[1:])
	case words[0] == "clerk:":
		return h.command(desk.System, words[1], words[2:])
	case strings.HasSuffix(words[0], ":"):
		return h.command(desk.PersonID(strings.TrimSuffix(words[0], ":")), words[1], words[2:])
	}
	return fmt.Errorf("not understood")
}

// split cuts a line at spaces; a quoted value may hold spaces.
func split(line string) ([]string, error) {
	var out []string
	for line != "" {
		i, quoted := 0, false
		for i < len(line) && (quoted || line[i] != ' ') {
			if line[i] == '"' {
				quoted = !quoted
			}
			i++
		}
		if quoted {
			return nil, fmt.Errorf("quote without end")
		}
		if w := line[:i]; w != "" {
			out = append(out, strings.ReplaceAll(w, `"`, ""))
		}
		line = strings.TrimLeft(line[i:], " ")
	}
	return out, nil
}

func (h *history) kinds(want []string) error {
	var got []string
	for _, e := range h.w.entries {
		k := string(e.Kind)
		if e.Audience == desk.Internal {
			k += "!"
		}
		got = append(got, k)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		return fmt.Errorf("got entries %v", got)
	}
	return nil
}

func expect(want []string, got map[string]string) error {
	for _, w := range want {
		k, v, _ := strings.Cut(w, "=")
		if at, err := onTheWall(v); err == nil {
			v = since(at)
		}
		if g, known := got[k]; !known || g != v {
			return fmt.Errorf("%s is %q", k, g)
		}
	}
	return nil
}

func since(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	d := t.Sub(start)
	switch {
	case d%time.Hour == 0 && d != 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0 && d != 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}

func (h *history) head() map[string]string {
	t := h.w.t
	var steps, people, seen, asks []string
	for _, a := range t.Asks {
		asks = append(asks, strings.TrimSpace(string(a.State)+" "+a.Answer))
	}
	for _, s := range t.Steps {
		steps = append(steps, s.Kind)
	}
	for _, p := range t.People {
		people = append(people, string(p.ID))
	}
	for _, m := range t.Seen {
		seen = append(seen, fmt.Sprintf("%s:%d", m.Person, m.Seq))
	}
	out := map[string]string{
		"status": string(t.Status), "priority": string(t.Priority), "urgency": string(t.Urgency), "type": string(t.Type), "claim": claimOf(t.Claim), "subject": t.Subject,
		"topic": string(t.Topic), "filled": filledOf(t.Filled), "missing": missingOf(h.w), "checks": checksOf(t.Checks), "approval": strings.TrimSpace(string(t.Approval.By) + " " + string(t.Approval.State)),
		"needed": since(t.Clocks.Needed), "alerts": moments(t.Clocks.Alerts), "short": fmt.Sprint(t.Need.Short()),
		"dept": string(t.Department), "intended": string(t.Intended), "assignee": string(t.Assignee), "org": string(t.Org), "requester": string(t.Requester),
		"told": h.told(), "helpers": join(t.Helpers), "engaged": join(t.Engaged), "ccs": join(t.CCs), "later": laters(t), "followers": join(t.Followers), "passed": join(t.Passed), "atcare": fmt.Sprint(t.SolvedAtCare), "private": fmt.Sprint(t.Private), "waiting": since(t.WaitingSince), "owed": since(t.DueSince), "due": since(t.Due), "duekind": string(t.DueKind),
		"hold": since(t.HoldUntil), "closed": since(t.ClosedAt), "resolution": t.Resolution, "lastby": string(t.LastBy),
		"last": t.LastText, "version": fmt.Sprint(t.Version), "seq": fmt.Sprint(t.LastSeq), "updated": since(t.Updated),
		"remind": moments(t.Waiting.Remind), "sent": fmt.Sprint(t.Waiting.Sent), "ends": since(t.Waiting.Close), "settles": since(t.Settles),
		"tags": strings.Join(t.Tags, ","), "language": t.Language, "asked": since(t.Rating.Asked), "score": string(t.Rating.Score), "cover": coverOf(t.Cover), "why": t.Cover.Why, "cause": string(t.Cause), "links": links(t.Links), "reopened": fmt.Sprint(t.Reopened), "over": fmt.Sprint(t.Clocks.Over),
		"assignby": since(t.Clocks.Assign), "solveby": since(t.Clocks.Resolve), "stale": since(t.Clocks.Stale), "late": join(t.Clocks.Late), "ages": since(t.Clocks.Age),
		"live": string(t.Live.ID), "has": string(t.Live.By), "lines": linesOf(t.Live), "hangsup": since(t.Live.Ends),
		"place": placeOf(t), "asks": strings.Join(asks, " | "), "steps": strings.Join(steps, ","), "people": strings.Join(people, ","), "seen": strings.Join(seen, ","),
	}
	maps.Copy(out, moreOf(t))
	out["tried"] = fmt.Sprint(len(t.Tried))
	h.hears(out)
	out["replied"] = h.w.replied
	var merged, joined []string
	for _, p := range t.Merged {
		merged = append(merged, h.nameOf(p.Ticket))
	}
	for _, j := range t.Joined {
		joined = append(joined, string(j.Person))
	}
	out["into"], out["merged"], out["joined"] = h.nameOf(t.Into), strings.Join(merged, ","), strings.Join(joined, ",")
	out["queued"], out["listed"] = fmt.Sprint(policy.Queued(t)), fmt.Sprint(policy.InView(policy.ViewAllOpen, t, h.w.actor("ada")))
	summons(out, "page.", t.Page)
	summons(out, "esc.", t.Escalation.Told)
	e := t.Escalation
	maps.Copy(out, map[string]string{"esc.by": string(e.By), "esc.reason": e.Reason, "esc.needed": since(e.Needed), "esc.ended": since(e.Ended), "esc.outcome": e.Outcome, "esc.open": fmt.Sprint(e.Open())})
	for _, s := range t.Steps {
		if s.Kind == "answered" {
			out["answered"] = since(s.At)
		}
	}
	if p, ok := policy.Propose(t); ok {
		out["proposed"] = string(p.Priority)
	} else {
		out["proposed"] = ""
	}
	for _, r := range t.Refs {
		out["refs"] = r.ID + " " + map[bool]string{true: "verified "}[r.Verified] + r.Label
	}
	for p := range h.w.place.People {
		out["read."+string(p)] = fmt.Sprint(h.w.read[p])
	}
	for _, e := range h.w.entries {
		out["claimed"], out["said"], out["to"], out["from"] = since(e.Claimed), strings.ReplaceAll(e.Text, "\n", " "), e.To, e.From
		out["reason"], out["away"] = e.Reason, e.Away
		if e.Kind == desk.Referred {
			out["usual"], out["opens"] = strings.ReplaceAll(e.Usual, "\u00a0", " "), since(e.Opens)
		}
		if e.Talk != (desk.Talk{}) {
			out["with"], out["began"] = e.Talk.WithName, since(e.Talk.Started)
		}
	}
	return out
}

func linesOf(l desk.Live) string {
	var out []string
	for _, x := range l.Lines {
		if x.Joined {
			x.Text = "+"
		}
		out = append(out, string(x.By)+":"+x.Text)
	}
	return strings.Join(out, " | ")
}

func (h *history) alike(name, want string) error {
	asked := func(w *world) policy.Opening { return policy.Opening{Ticket: w.t, Text: w.entries[0].Text} }
	other := h.w.beside[h.another(name)]
	got := policy.Alike(asked(h.w), asked(other))
	if back := policy.Alike(asked(other), asked(h.w)); back != got || string(got) != strings.TrimPrefix(want, "-") {
		return fmt.Errorf("got %q, and the other way round %q", got, back)
	}
	return nil
}

func (h *history) nameOf(id desk.TicketID) string {
	for name, x := range h.named {
		if x == id {
			return name
		}
	}
	return string(id)
}

func summons(out map[string]string, key string, s desk.Summons) {
	maps.Copy(out, map[string]string{
		key + "level": fmt.Sprint(s.Level), key + "name": s.Name, key + "since": since(s.Since), key + "at": since(s.At), key + "to": join(s.To), key + "next": since(s.Due),
		key + "ack": string(s.AckBy), key + "acked": since(s.AckAt),
	})
}

func links(in []desk.Link) string {
	var out []string
	for _, l := range in {
		out = append(out, string(l.Kind)+" "+string(l.Ticket)[34:])
	}
	return strings.Join(out, ",")
}

func (h *history) form() map[string]string {
	c := access.Customer(h.w.t)
	out := map[string]string{}
	h.metAs(out)
	for _, e := range h.w.entries {
		if x, ok := access.CustomerEntry(e); ok && x.Kind == desk.Referred {
			out["usual"], out["opens"] = strings.ReplaceAll(x.Usual, "\u00a0", " "), since(x.Opens)
		}
	}
	var shown []string
	for _, id := range c.MergedTold {
		shown = append(shown, h.nameOf(id))
	}
	var joined []string
	for _, j := range c.Joined {
		joined = append(joined, string(j.Person))
	}
	out["into"], out["merged"], out["joined"], out["status"] = h.nameOf(c.Into), strings.Join(shown, ","), strings.Join(joined, ","), string(c.Status)
	told := c.Escalation.Told
	summons(out, "page.", desk.Summons{Level: c.Page.Level, Name: c.Page.Name, Since: c.Page.Since, At: c.Page.At, AckBy: c.Page.AckBy, AckAt: c.Page.AckAt})
	summons(out, "esc.", desk.Summons{Level: told.Level, Name: told.Name, Since: told.Since, At: told.At, AckBy: told.AckBy, AckAt: told.AckAt})
	maps.Copy(out, map[string]string{"esc.by": string(c.Escalation.By), "esc.needed": since(c.Escalation.Needed), "esc.ended": since(c.Escalation.Ended), "esc.outcome": c.Escalation.Outcome})
	maps.Copy(out, map[string]string{
		"promises": pledges(c.Pledges), "workaround": c.Workaround.Text, "risk": c.Work.Risk, "begins": since(c.Work.From), "fix": string(c.Fix.State), "fixdue": since(c.Fix.Due),
		"urgency": string(c.Urgency), "type": string(c.Type), "topic": string(c.Topic), "filled": filledOf(c.Filled), "asked": since(c.Rating.Asked), "score": string(c.Rating.Score), "checks": checksOf(c.Checks), "approval": strings.TrimSpace(string(c.Approval.By) + " " + string(c.Approval.State)), "needed": since(c.Need.By), "claim": claimOf(c.Claim), "cover": coverOf(c.Cover), "cause": string(c.Cause), "links": links(c.Links),
		"live": string(c.Live.ID), "has": string(c.Live.By), "lines": linesOf(c.Live),
		"version": fmt.Sprint(c.Version), "seq": fmt.Sprint(c.LastSeq), "updated": since(c.Updated),
		"lastby": string(c.LastBy), "last": c.LastText, "files": fmt.Sprint(c.Files), "deletes": since(c.Deletes), "allowed": fmt.Sprint(c.Grant.Bytes), "used": fmt.Sprint(c.Grant.Used), "dropped": since(c.FilesGone), "owed": since(c.DueSince), "due": since(c.Due), "duekind": string(c.DueKind), "ends": since(c.Waiting.Close), "settles": since(c.Settles),
	})
	return out
}

// told is whom the newest command told customers to be on it from now on.
func (h *history) told() string {
	var out []string
	for _, e := range h.w.entries {
		if !e.Engages || e.Command != h.w.entries[len(h.w.entries)-1].Command {
			continue
		}
		if e.Kind == desk.Assigned {
			out = append(out, e.To)
		} else {
			out = append(out, string(e.Author))
		}
	}
	return strings.Join(out, ",")
}

func coverOf(c desk.Cover) string {
	return strings.Join(strings.Fields(strings.Join([]string{string(c.Owner), string(c.Entitlement), string(c.Lapsed), c.Release}, " ")), " ")
}

func claimOf(c desk.Claim) string {
	return strings.TrimSpace(c.Down + "; " + c.Since + "; " + string(c.Impact) + "; " + string(c.Severity))
}

// placeOf is where it stands in the queue: its priority, and since when it waits
// if anybody does.
func placeOf(t *desk.Ticket) string {
	key := policy.Place(t)
	ms := binary.BigEndian.Uint64(key[1:9])
	if ms>>63 == 1 {
		return fmt.Sprintf("%d@behind", key[0])
	}
	return fmt.Sprintf("%d@%s", key[0], since(time.UnixMilli(int64(ms)))) //nolint:gosec // a time
}

func moments(at []time.Time) string {
	var out []string
	for _, t := range at {
		out = append(out, since(t))
	}
	return strings.Join(out, ",")
}

func join[T ~string](p []T) string {
	var out []string
	for _, x := range p {
		out = append(out, string(x))
	}
	return strings.Join(out, ",")
}

func (h *history) command(who desk.PersonID, verb string, rest []string) error {
	want, args := "ok", map[string]string{}
	for i, w := range rest {
		if w == "->" {
			want = rest[i+1]
			break
		}
		if k, v, ok := strings.Cut(w, "="); ok && !strings.Contains(k, " ") {
			args[k] = v
		} else {
			args["text"] = w
		}
	}
	for _, k := range []string{"into", "out", "as"} {
		if v, ok := args[k]; ok && (verb == "merge" || verb == "unmerge" || verb == "split" || verb == "fix") {
			args[k] = string(h.another(v))
		}
	}
	c, err := buildArgs(verb, args, h.w.t)
	if err != nil {
		return err
	}
	basis := h.w.last(h.w.actor(who))
	if b, ok := args["basis"]; ok {
		basis, _ = strconv.ParseUint(b, 10, 64)
	}
	var composed time.Time
	if v, ok := args["composed"]; ok {
		if composed, err = moment(v); err != nil {
			return err
		}
	}
	ch, err := h.w.give(who, basis, composed, c)
	got := "ok"
	switch {
	case err != nil && strings.HasPrefix(err.Error(), "BROKEN"):
		return err
	case err != nil:
		e := desk.AsError(err)
		got = string(e.Code)
		if e.Code == desk.CodeConflict {
			got += "=" + e.Current
		}
	case ch.HeadSame && ch.ReadUpTo == 0 && ch.Follows == nil && len(ch.Purge) == 0:
		got = "noop"
	}
	if got != want {
		return fmt.Errorf("got %s (%v)", got, err)
	}
	return nil
}

func buildArgs(verb string, a map[string]string, t *desk.Ticket) (desk.Args, error) {
	var files []desk.Attachment
	if f := a["file"]; f != "" {
		files = []desk.Attachment{{Hash: desk.BlobHash(strings.Repeat("a", 64)), Name: f, Size: 10}}
		if n, err := strconv.ParseInt(a["size"], 10, 64); err == nil {
			files[0].Size = n
		}
	}
	switch verb {
	case "open":
		o := desk.Open{
			Subject: a["subject"], Text: a["text"], Department: desk.DeptID(a["dept"]), Org: desk.OrgID(a["org"]),
			CCs: list(a["ccs"]), Private: a["private"] == "true", Requester: desk.PersonID(a["for"]), Files: files,
			Topic: desk.TopicID(a["topic"]), Filled: buildFilled(a), NeededBy: a["needed"], Expedite: a["expedite"] == "true", Approver: desk.PersonID(a["approver"]),
			Urgency: desk.Urgency(a["urgency"]), Type: desk.Type(a["type"]), Recurs: desk.TicketID(a["recurs"]), Tried: articlesIn(a["tried"]),
			Entitlement: desk.EntitlementID(a["under"]), Release: a["release"],
			Claim: desk.Claim{Down: a["down"], Since: a["since"], Impact: desk.Impact(a["impact"]), Severity: desk.Severity(a["severity"])},
		}
		if a["ref"] != "" {
			o.Refs = []desk.Reference{{Kind: "domain", ID: a["ref"], Verified: true}}
		}
		return o, nil
	case "reply":
		return desk.Reply{Text: a["text"], Then: desk.Status(a["then"]), Files: files, Asks: buildAsks(a["asks"]), Answers: buildAnswers(a["answers"], t), Refers: number(a["refers"]) + number(a["corrects"]), Corrects: a["corrects"] != "", Also: buildAlso(a)}, nil
	case "settle":
		return desk.SettleAsk(buildAnswers(a["text"], t)[0]), nil
	case "note":
		return desk.AddNote{Text: a["text"], Mentions: list(a["mentions"]), Files: files}, nil
	case "close":
		return desk.CloseTicket{Reason: a["reason"], Resolution: a["text"], Cause: desk.Cause(a["cause"]), Early: a["early"] == "true"}, nil
	case "link":
		return desk.LinkTicket{Kindred: desk.LinkKind(a["kind"]), To: desk.TicketID(a["to"])}, nil
	case "reopen":
		return desk.Reopen{Reason: a["text"]}, nil
	case "status":
		s := desk.SetStatus{From: desk.Status(a["from"]), To: desk.Status(a["to"]), Reason: a["text"]}
		if v, ok := a["until"]; ok {
			d, err := time.ParseDuration(v)
			s.Until = start.Add(d)
			return s, err
		}
		return s, nil
	case "assign":
		return desk.Assign{From: desk.PersonID(a["from"]), To: desk.PersonID(a["to"]), Reason: a["text"], Promises: decided(a["promises"], t)}, nil
	case "helpers":
		return desk.SetHelpers{Add: list(a["add"]), Remove: list(a["remove"])}, nil
	case "refer":
		return desk.Refer{From: desk.DeptID(a["from"]), To: desk.DeptID(a["to"]), Reason: a["text"], Tried: a["tried"], Promises: decided(a["promises"], t)}, nil
	case "priority":
		return desk.SetPriority{From: desk.Priority(a["from"]), To: desk.Priority(a["to"]), Reason: a["text"], Told: a["told"]}, nil
	case "ccs":
		return desk.SetCCs{Add: list(a["add"]), Remove: list(a["remove"]), Whole: a["whole"] == "true"}, nil
	case "rename":
		return desk.Rename{From: a["from"], To: a["to"]}, nil
	case "private":
		return desk.SetPrivate{Private: a["on"] == "true"}, nil
	case "read":
		n, err := strconv.ParseUint(a["seq"], 10, 64)
		return desk.MarkRead{Seq: n}, err
	case "call":
		talk, err := buildTalk(a)
		return desk.LogCall{Talk: talk, Text: a["text"], NoMessage: a["why"], Note: a["note"]}, err
	case "chat":
		talk, err := buildTalk(a)
		return desk.RecordChat{With: talk.With, WithName: talk.WithName, Started: talk.Started, Text: a["text"]}, err
	case "say":
		return desk.Say{Chat: desk.CommandID(a["chat"]), Text: a["text"], Begin: a["begin"] == "true", Files: files}, nil
	case "joinchat":
		return desk.JoinChat{Chat: desk.CommandID(a["chat"]), From: desk.PersonID(a["from"])}, nil
	case "end":
		return desk.EndChat{Chat: desk.CommandID(a["chat"])}, nil
	case "type":
		return desk.SetType{From: desk.Type(a["from"]), To: desk.Type(a["to"])}, nil
	case "rate":
		score, comment, _ := strings.Cut(a["text"], ": ")
		return desk.Rate{Score: desk.Score(score), Comment: comment}, nil
	case "language":
		return desk.SetLanguage{From: a["from"], To: a["to"]}, nil
	case "tags":
		return desk.SetTags{Add: words(a["add"]), Remove: words(a["remove"])}, nil
	case "topic":
		return desk.SetTopic{From: desk.TopicID(a["from"]), To: desk.TopicID(a["to"])}, nil
	case "tick":
		return desk.Tick{Item: a["text"], Done: a["off"] != "true"}, nil
	case "approve":
		return desk.Approve{Yes: a["no"] != "true", Reason: a["text"]}, nil
	case "fill":
		return desk.FillIn{Answers: buildFilled(a).Answers}, nil
	case "merge":
		return desk.Merge{Into: desk.TicketID(a["into"])}, nil
	case "unmerge":
		return desk.Unmerge{From: desk.TicketID(a["out"])}, nil
	case "split":
		return desk.Split{Message: number(a["message"]), As: desk.TicketID(a["as"]), Subject: a["subject"], Department: desk.DeptID(a["dept"])}, nil
	case "join":
		return desk.Join{Impact: desk.Impact(a["impact"]), Severity: desk.Severity(a["severity"]), Text: a["text"], Leave: a["leave"] == "true"}, nil
	case "escalate":
		e := desk.Escalate{Reason: a["text"]}
		if v, ok := a["by"]; ok {
			d, err := time.ParseDuration(v)
			e.By = start.Add(d)
			return e, err
		}
		return e, nil
	case "acknowledge":
		return desk.Acknowledge{}, nil
	case "deescalate":
		return desk.Deescalate{Outcome: a["text"]}, nil
	case "skip":
		return desk.Skip{Reason: a["text"]}, nil
	case "notice":
		return desk.PostNotice{Text: a["text"]}, nil
	case "run":
		d, err := time.ParseDuration(cmp.Or(a["woke"], "0s"))
		return desk.RunDue{Woke: start.Add(d)}, err
	}
	return buildMore(verb, a, t)
}

// buildAlso reads what goes along with a reply: tags=a,b untags=c give=ed, had
// by whom, and prio=high, that was prio.
func buildAlso(a map[string]string) desk.Also {
	return desk.Also{
		Tags:     desk.SetTags{Add: words(a["tags"]), Remove: words(a["untags"])},
		Assign:   desk.Assign{From: desk.PersonID(a["had"]), To: desk.PersonID(a["give"])},
		Priority: desk.SetPriority{From: desk.Priority(a["was"]), To: desk.Priority(a["prio"])},
	}
}

func words(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// buildFilled reads form="laptop@2" and given="kind=Laptop | who=ed".
func buildFilled(a map[string]string) desk.Filled {
	var out desk.Filled
	id, version, _ := strings.Cut(a["form"], "@")
	out.Form, out.Version = desk.FormID(id), int(number(version)) //nolint:gosec // small
	for x := range strings.SplitSeq(a["given"], " | ") {
		if field, value, ok := strings.Cut(x, "="); ok {
			out.Answers = append(out.Answers, desk.Given{Field: field, Value: value, Label: strings.ToUpper(field)})
		}
	}
	return out
}

// filledOf is "laptop@2 Label: words | …".
func filledOf(f desk.Filled) string {
	var out []string
	for _, g := range f.Answers {
		out = append(out, g.Label+": "+strings.TrimSpace(g.Value+" "+g.Words))
	}
	if f.Form == "" {
		return strings.Join(out, " | ")
	}
	return fmt.Sprintf("%s@%d %s", f.Form, f.Version, strings.Join(out, " | "))
}

// checksOf is "Mailbox x The ed, Computer".
func checksOf(in []desk.Check) string {
	var out []string
	for _, c := range in {
		s := c.Text
		if c.Done {
			s += " x " + c.Name
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// missingOf is what the form still needs.
func missingOf(w *world) string {
	var out []string
	for _, f := range policy.Missing(w.place.Forms[w.t.Filled.Form], w.t.Filled.Answers) {
		out = append(out, f.ID)
	}
	return strings.Join(out, ",")
}

func number(s string) uint64 {
	n, _ := strconv.ParseUint(s, 10, 64)
	return n
}

func buildAsks(s string) []desk.NewAsk {
	var out []desk.NewAsk
	for x := range strings.SplitSeq(s, " | ") {
		if s != "" {
			text, required := strings.CutSuffix(x, "*")
			text, step := strings.CutPrefix(text, ">")
			out = append(out, desk.NewAsk{Text: text, Step: step, Required: required})
		}
	}
	return out
}

func buildAnswers(s string, t *desk.Ticket) []desk.Answer {
	var out []desk.Answer
	for x := range strings.SplitSeq(s, " | ") {
		if s != "" {
			w := strings.SplitN(x, " ", 3)
			a := desk.Answer{Ask: "none", State: desk.AskState(w[1])}
			if n, err := strconv.Atoi(w[0]); err == nil && n <= len(t.Asks) {
				a.Ask = t.Asks[n-1].ID
			}
			if len(w) > 2 {
				a.Text = w[2]
			}
			out = append(out, a)
		}
	}
	return out
}

// buildTalk reads in=rita or out=rita for who was called, name= for somebody
// else, started=1h since the start, minutes= and outcome=.
func buildTalk(a map[string]string) (desk.Talk, error) {
	t := desk.Talk{WithName: a["name"], Number: a["number"], Outcome: desk.CallOutcome(a["outcome"]), Direction: desk.Direction(a["way"])}
	if p, ok := a["in"]; ok {
		t.With, t.Direction = desk.PersonID(p), desk.Incoming
	}
	if p, ok := a["out"]; ok {
		t.With, t.Direction = desk.PersonID(p), desk.Outgoing
	}
	if v, ok := a["minutes"]; ok {
		n, err := strconv.Atoi(v)
		if err != nil {
			return t, err
		}
		t.Minutes = n
	}
	if v, ok := a["started"]; ok {
		d, err := time.ParseDuration(v)
		if err != nil {
			return t, err
		}
		t.Started = start.Add(d)
	}
	return t, nil
}

func list(s string) []desk.PersonID {
	var out []desk.PersonID
	for _, x := range strings.Split(s, ",") {
		if x != "" {
			out = append(out, desk.PersonID(x))
		}
	}
	return out
}

// laters are those who do not read the conversation from its beginning, each
// with the last entry for customers that they cannot.
func laters(t *desk.Ticket) string {
	var out []string
	for _, s := range access.Later(t) {
		out = append(out, fmt.Sprintf("%s:%d", s.Person, s.Seq))
	}
	return strings.Join(out, ",")
}
