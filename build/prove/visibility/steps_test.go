package visibility_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"

	"docket/app/desk"
	"docket/build/prove/town"
	"docket/build/prove/visibility/model"
	"docket/sync/engine"
	"docket/sync/wire"
)

// act takes one step and gives how many it was: commands go several at a time.
func (m *machine) act() int {
	switch k := m.r.IntN(1000); {
	case k < 800:
		return m.turn()
	case k < 850:
		m.line()
	case k < 890:
		m.rights()
	case k < 900:
		m.disable()
	case k < 906:
		m.signOut()
	case k < 940:
		m.askFile()
	case k < 960:
		m.fetch()
	case k < 970:
		m.pullForeign()
	case k < 988:
		m.look()
	case k < 995:
		m.changeSides()
	case k < 998:
		m.backup, m.saved = m.w.Backup(), m.m.clone()
		m.figures["backups"]++
	case k < 999:
		m.restore()
	default:
		m.restart()
	}
	return 1
}

// person picks somebody, customers a little more often.
func (m *machine) person() desk.PersonID {
	return m.w.Desk.People[m.r.IntN(len(m.w.Desk.People))].ID
}

// ticket picks one, mostly one that p sees.
func (m *machine) ticket(p desk.PersonID) (desk.TicketID, bool) {
	if len(m.all) == 0 {
		return "", false
	}
	var seen []desk.TicketID
	all := slices.DeleteFunc(slices.Clone(m.all), func(id desk.TicketID) bool { return m.m.Tickets[id].Problem })
	if len(all) == 0 {
		return "", false
	}
	if m.r.IntN(10) < 7 {
		for _, id := range all {
			if m.m.Sees(p, m.m.Tickets[id]) {
				seen = append(seen, id)
			}
		}
	}
	if len(seen) > 0 {
		// The newer ones more often, so that something happens in them.
		return seen[len(seen)-1-min(m.r.IntN(len(seen)), m.r.IntN(len(seen)))], true
	}
	return town.Pick(m.r, all), true
}

// turn is one computer giving one or several commands.
func (m *machine) turn() int {
	at := m.r.IntN(len(m.probes) + 2*len(m.clients))
	if at >= len(m.probes) {
		c := m.clients[(at-len(m.probes))%len(m.clients)]
		return m.queue(c)
	}
	p := m.probes[at]
	if !p.online {
		m.connectIfMay(p)
		return 1
	}
	var cmds []wire.PushedCommand
	var as []*asked
	for range 1 + m.r.IntN(4) {
		cmd, a := m.command(p.Person, p.Token, &p.Ear)
		c, err := p.Command(cmd)
		if err != nil {
			m.t.Fatal(err)
		}
		cmds, as = append(cmds, c), append(as, a)
	}
	got, err := p.Push(cmds...)
	if err != nil {
		m.fail("%s pushed: %v", p.Person, err)
		p.online = false
		return 1
	}
	for i, r := range got {
		m.take(r, as[i])
		m.m.Devices[p.Device] = r.DSeq
	}
	return len(got)
}

func (m *machine) connectIfMay(p *probe) {
	m.connect(p)
}

// queue has a client give commands; offline they wait.
func (m *machine) queue(c *client) int {
	n := 1 + m.r.IntN(3)
	for range n {
		cmd, _ := m.command(c.Person, "", nil)
		if err := c.Do(cmd); err != nil {
			m.t.Fatal(err)
		}
	}
	if c.online {
		m.settle(c)
	}
	return n
}

// command makes one up.
func (m *machine) command(p desk.PersonID, token string, ear *town.Ear) (desk.Command, *asked) {
	a := &asked{person: p}
	id, any := m.ticket(p)
	if !any || m.r.IntN(9) == 0 {
		a.ticket = m.awaited()
		if m.r.IntN(6) == 0 && (m.m.People[p].Role.Staff() || m.r.IntN(4) == 0) {
			a.args = m.problem(a)
		} else {
			a.args = m.open(a)
		}
	} else if m.r.IntN(25) == 0 {
		a.args = m.noting(a)
	} else if cried, urgent := m.cried(p); urgent && m.r.IntN(5) == 0 {
		a.ticket = cried
		a.args = m.strike(a)
	} else {
		a.ticket = id
		a.args = m.args(a)
	}
	a.args = m.attach(a, token, ear)
	basis := uint64(1 << 40)
	if m.r.IntN(6) == 0 {
		basis = uint64(m.r.IntN(5)) // it may be held then
	}
	cmd := desk.Command{ID: desk.CommandID(town.UUID(m.r, m.w.Now())), Ticket: a.ticket, Basis: basis, Composed: m.w.Now(), Args: a.args}
	if a.args.Kind() == desk.CmdNoteCall {
		cmd.Ticket = desk.TicketID(cmd.ID)
	}
	a.composed = cmd.Composed
	m.cmds[cmd.ID] = a
	return cmd, a
}

func (m *machine) open(a *asked) desk.Args {
	o := desk.Open{
		Subject: m.say(a, true), Text: "about " + m.say(a, true), Department: town.Pick(m.r, m.w.Desk.Desk.Departments).ID, Private: m.r.IntN(4) == 0,
		Refs: []desk.Reference{{Kind: "text", ID: m.say(a, true)}},
	}
	if m.r.IntN(3) == 0 {
		o.Approver = m.person()
	}
	if m.r.IntN(5) == 0 || m.m.Misuse && m.r.IntN(2) == 0 {
		o.Urgency = desk.UrgencyEmergency
	}
	who := m.m.People[a.person]
	if who.Role.Staff() && m.r.IntN(3) > 0 || m.r.IntN(30) == 0 {
		o.Requester = m.person()
		who = m.m.People[o.Requester]
	}
	if len(who.Memberships) > 0 && m.r.IntN(4) > 0 {
		o.Org = town.Pick(m.r, who.Memberships).Org
	} else if m.r.IntN(15) == 0 {
		o.Org = town.Pick(m.r, m.orgs)
	}
	if m.r.IntN(3) == 0 {
		o.CCs = m.people(2)
	}
	return o
}

func (m *machine) people(most int) (out []desk.PersonID) {
	for range m.r.IntN(most + 1) {
		if p := m.person(); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// args makes up a change of a ticket, as somebody who knows it, though not
// always something its author may do.
func (m *machine) args(a *asked) desk.Args {
	t := m.m.Tickets[a.ticket]
	staff := m.m.People[a.person].Role.Staff()
	department := town.Pick(m.r, m.w.Desk.Desk.Departments).ID
	statuses := []desk.Status{desk.InProgress, desk.WaitingCustomer, desk.WaitingThirdParty, desk.OnHold, desk.Solved}
	if m.r.IntN(8) == 0 {
		return m.together(a)
	}
	k := m.r.IntN(37)
	if x := m.pledges(a, t, staff); x != nil {
		return x
	}
	if !staff && k >= 10 && m.r.IntN(8) > 0 {
		k = m.r.IntN(11)
		if k == 10 {
			k = 26
		}
	}
	if t.Approver == a.person && m.r.IntN(4) == 0 {
		k = 32
	}
	if k < 4 && m.r.IntN(4) == 0 {
		return m.chat(a, t)
	}
	switch k {
	case 0, 1, 2, 3:
		r := desk.Reply{}
		if m.r.IntN(2) == 0 && len(t.Asks) > 0 && (!staff || m.r.IntN(8) == 0) {
			r.Answers = []desk.Answer{m.answerTo(a, t)}
		}
		if len(r.Answers) == 0 || m.r.IntN(2) == 0 {
			r.Text = "says " + m.say(a, true)
		}
		if m.r.IntN(4) == 0 {
			r.Then = town.Pick(m.r, statuses)
		}
		if m.r.IntN(3) == 0 && len(t.Asks) < 12 && (staff || m.r.IntN(8) == 0) {
			r.Asks = []desk.NewAsk{{Text: m.say(a, true), Required: m.r.IntN(2) == 0}, {Text: m.say(a, true), Step: true}}
		}
		if r.Text != "" && m.r.IntN(6) == 0 {
			r.Also = desk.Also{Tags: desk.SetTags{Add: []string{"also"}}}
		}
		return r
	case 4, 5:
		add, remove := m.people(2), town.Some(m.r, t.CCs, 1)
		if m.r.IntN(4) == 0 {
			add, remove = nil, []desk.PersonID{a.person}
		}
		return desk.SetCCs{Add: add, Remove: remove, Whole: m.r.IntN(4) == 0}
	case 6:
		return desk.SetPrivate{Private: m.r.IntN(2) == 0}
	case 7:
		c := desk.CloseTicket{Reason: "worked"}
		if staff && t.Requester != a.person {
			c = desk.CloseTicket{Reason: m.say(a, true), Resolution: m.say(a, true)}
		}
		return c
	case 8:
		if m.r.IntN(3) == 0 {
			return desk.Rate{Score: desk.Good, Comment: m.say(a, true)}
		}
		return desk.Reopen{Reason: m.say(a, true)}
	case 9:
		if m.r.IntN(3) == 0 {
			return desk.SetFollow{What: desk.FollowTicket, Level: town.Pick(m.r, []desk.FollowLevel{desk.FollowAll, desk.FollowReplies, desk.FollowNone})}
		}
		return desk.MarkRead{Seq: uint64(1 + m.r.IntN(12))}
	case 10:
		return desk.PostNotice{Text: "for your information " + m.say(a, true)}
	case 11:
		c := desk.LogCall{
			Talk: desk.Talk{With: t.Requester, Number: m.say(a, false), Direction: desk.Outgoing, Started: m.w.Now(), Outcome: desk.NoAnswer},
			Note: "between us " + m.say(a, false),
		}
		if m.r.IntN(2) == 0 {
			c.Text = "called " + m.say(a, true)
		}
		return c
	case 12, 13, 14:
		return desk.AddNote{Text: "between us " + m.say(a, false), Mentions: m.mentions()}
	case 20:
		return desk.SetStatus{From: t.Status, To: town.Pick(m.r, statuses), Reason: m.say(a, true)}
	case 21:
		return desk.Skip{Reason: m.say(a, false)}
	case 24:
		return desk.RunDue{} // the desk's own, and nobody else's
	case 29, 30:
		add := []desk.PersonID{m.colleague()}
		if add[0] == "" {
			add = nil
		}
		return desk.SetHelpers{Add: add, Remove: town.Some(m.r, t.Helpers, 1)}
	case 34: // no word of the ticket’s: the list of tags is for all of the team
		if m.r.IntN(3) == 0 {
			return desk.SetLanguage{From: "", To: "de"}
		}
		return desk.SetTags{Add: []string{"tag-" + string(department)}, Remove: []string{"tag-mail"}}
	case 31:
		return desk.Tick{Item: m.say(a, true), Done: true}
	case 32, 33:
		return desk.Approve{Yes: m.r.IntN(2) == 0, Reason: m.say(a, true)}
	case 27:
		return desk.SetTopic{To: "none"}
	case 28:
		return desk.FillIn{Answers: []desk.Given{{Field: "none", Value: m.say(a, true)}}}
	case 25:
		return desk.LinkTicket{Kindred: desk.Recurs, To: desk.TicketID(town.UUID(m.r, m.w.Now()))}
	case 26:
		return desk.Escalate{Reason: m.say(a, true)}
	case 35:
		return desk.Acknowledge{}
	case 36:
		return desk.Deescalate{Outcome: m.say(a, true)}
	case 22, 23:
		if len(t.Asks) > 0 {
			return desk.SettleAsk(m.answerTo(a, t))
		}
		return desk.Assign{From: t.Assignee, To: m.colleague(), Promises: m.decide(t)}
	case 15, 16:
		return desk.Assign{From: t.Assignee, To: m.colleague(), Promises: m.decide(t)}
	case 17:
		return desk.Refer{From: t.Department, To: department, Reason: m.say(a, true), Tried: m.say(a, true), Promises: m.decide(t)}
	case 18:
		return desk.SetPriority{
			From: m.m.priority[a.ticket], To: town.Pick(m.r, []desk.Priority{desk.PriorityLow, desk.PriorityNormal, desk.PriorityHigh, desk.PriorityEmergency}), Reason: m.say(a, false),
		}
	}
	return desk.Rename{From: m.m.subject[a.ticket], To: m.say(a, true)}
}

// chat is something of a chat: of the one that goes on, one that is over, or a new one.
func (m *machine) chat(a *asked, t *model.Ticket) desk.Args {
	id := t.Live
	if id == "" || m.r.IntN(6) == 0 {
		id = desk.CommandID(town.UUID(m.r, m.w.Now()))
	}
	switch m.r.IntN(6) {
	case 0:
		return desk.EndChat{Chat: id}
	case 1:
		return desk.JoinChat{Chat: id, From: t.Talks}
	}
	return desk.Say{Chat: id, Begin: m.r.IntN(3) > 0, Text: "says here " + m.say(a, true)}
}

// together is what puts tickets together and takes them apart, where nothing
// comes of it: what a merge or a split does to another ticket is for app/desk/flow
// and sync/server to try.
func (m *machine) together(a *asked) desk.Args {
	switch m.r.IntN(5) {
	case 0:
		return desk.Merge{Into: desk.TicketID(town.UUID(m.r, m.w.Now()))}
	case 1:
		return desk.Unmerge{From: a.ticket}
	case 2:
		return desk.Split{Message: uint64(m.r.IntN(2))}
	case 3:
		return desk.Join{Leave: true}
	}
	return desk.Join{Impact: desk.ImpactOne, Text: m.say(a, true)}
}

// answerTo is an answer to something that was asked there: those at even
// places are questions, those at odd ones steps.
func (m *machine) answerTo(a *asked, t *model.Ticket) desk.Answer {
	i := m.r.IntN(len(t.Asks))
	x := desk.Answer{Ask: t.Asks[i].ID, State: desk.AskAnswered, Text: m.say(a, true)}
	if i%2 == 1 {
		x.State = town.Pick(m.r, []desk.AskState{desk.AskWorked, desk.AskDidNot, desk.AskCouldNot})
	}
	return x
}

func (m *machine) colleague() desk.PersonID {
	if m.r.IntN(5) == 0 {
		return ""
	}
	if m.r.IntN(12) == 0 {
		return m.person()
	}
	return m.w.Desk.People[6+m.r.IntN(6)].ID
}

func (m *machine) mentions() (out []desk.PersonID) {
	for range m.r.IntN(3) {
		if p := m.colleague(); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// attach gives some messages a file: one of the author's own, or one somebody
// else sent, which they may or may not have the right to.
func (m *machine) attach(a *asked, token string, ear *town.Ear) desk.Args {
	if token == "" || m.r.IntN(14) > 0 {
		return a.args
	}
	var f desk.Attachment
	public := a.args.Kind() != desk.CmdNote
	switch a.args.(type) {
	case desk.Open, desk.Reply, desk.AddNote:
	default:
		return a.args
	}
	f.Name = m.say(a, public) + ".txt"
	if len(m.blobs) > 0 && m.r.IntN(3) == 0 {
		f.Hash = town.Pick(m.r, m.blobs)
	} else {
		f.Hash = m.upload(a, token, ear, m.say(a, public))
		// The word in a file is not in any frame.
		if public {
			a.public = a.public[:len(a.public)-1]
		} else {
			a.internal = a.internal[:len(a.internal)-1]
		}
	}
	f.Size = 1 // the server knows better
	a.files = []desk.BlobHash{f.Hash}
	switch x := a.args.(type) {
	case desk.Open:
		x.Files = []desk.Attachment{f}
		return x
	case desk.Reply:
		x.Files = []desk.Attachment{f}
		return x
	case desk.AddNote:
		x.Files = []desk.Attachment{f}
		return x
	}
	return a.args
}

// upload sends a file that holds a word.
func (m *machine) upload(a *asked, token string, ear *town.Ear, content string) desk.BlobHash {
	sum := sha256.Sum256([]byte(content))
	h := desk.BlobHash(hex.EncodeToString(sum[:]))
	b, _ := json.Marshal(wire.UploadStart{Hash: h, Size: int64(len(content)), Name: "x"})
	code, _ := m.ask(http.MethodPost, wire.PathUploads, token, string(b), ear)
	if code == http.StatusOK {
		code, _ = m.ask(http.MethodPatch, wire.PathUploads+"/"+string(h)+"?offset=0", token, content, ear)
	}
	if code != http.StatusOK {
		m.fail("%s uploads a file: %d", a.person, code)
	}
	m.blobs = append(m.blobs, h)
	m.inFile[h] = content
	m.words[content].author = "" // known to whoever may have the file, and checked by that
	m.m.sent[h] = map[desk.PersonID]bool{a.person: true}
	m.figures["uploads"]++
	return h
}

// ask makes one request over a connection of its own.
func (m *machine) ask(method, path, token, body string, ear *town.Ear) (int, []byte) {
	ctx, cancel := context.WithTimeout(context.Background(), town.Patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, town.URL+path, strings.NewReader(body))
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	c := http.Client{Transport: &http.Transport{DialContext: ear.Through(m.w.Dial), DisableKeepAlives: true, DisableCompression: true}}
	resp, err := c.Do(req)
	if err != nil {
		m.fail("%s %s: %v", method, path, err)
		return 0, nil
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		m.fail("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, b
}

// askFile asks for a file by name and ticket, whoever's they are.
func (m *machine) askFile() {
	if len(m.blobs) == 0 {
		return
	}
	p := town.Pick(m.r, m.probes)
	var of []held
	for at := range m.m.files {
		of = append(of, at)
	}
	slices.SortFunc(of, func(a, b held) int {
		return strings.Compare(string(a.ticket+"/")+string(a.hash), string(b.ticket+"/")+string(b.hash))
	})
	if len(of) == 0 {
		return
	}
	at := town.Pick(m.r, of)
	if m.r.IntN(5) == 0 {
		at.ticket = town.Pick(m.r, m.all)
	}
	if !m.may(p.Person, p.Device) {
		return
	}
	public, there := m.m.files[at]
	may := there && m.m.Sees(p.Person, m.m.Tickets[at.ticket]) && m.mayRead(p.Person, at, public)
	var ear town.Ear // what a file holds is compared here; the words of its ticket do not cover it
	code, body := m.ask(http.MethodGet, wire.PathFiles+"/"+string(at.hash)+"?ticket="+string(at.ticket), p.Token, "", &ear)
	m.figures["files_asked"]++
	m.figures["bytes_searched"] += ear.Total()
	if may != (code == http.StatusOK) || may != strings.Contains(string(body), m.inFile[at.hash]) || !may && code != http.StatusNotFound {
		m.fail("%s asks for a file of %s: %d %q, may: %v", p.Person, at.ticket, code, body, may)
	}
	if found := find(ear.Take()); len(found) > 0 && !may {
		m.fail("%s asks for a file that is not theirs and is sent %s", p.Person, m.tell(found))
	}
}

// line pulls a cable or puts it back.
func (m *machine) line() {
	if m.r.IntN(3) == 0 {
		c := town.Pick(m.r, m.clients)
		if c.online {
			m.pause(c)
		} else {
			m.resume(c)
		}
		m.figures["lines_cut"]++
		return
	}
	p := town.Pick(m.r, m.probes)
	if p.online {
		p.Hang()
		p.online = false
		m.figures["lines_cut"]++
		return
	}
	m.connectIfMay(p)
}

// pause takes a client off the line, and waits until it has let go: what it is
// given then waits for certain.
func (m *machine) pause(c *client) {
	c.online = false
	c.Engine.SetPaused(true)
	if !town.Until(m.t, town.Patience, func() bool { return c.Engine.Status().State == engine.Offline }, c.String) {
		m.fail("%s does not go off the line", c)
	}
}

// rights gives somebody other memberships or departments.
func (m *machine) rights() {
	p := m.m.People[m.person()]
	switch {
	case p.Role == desk.Admin:
		return
	case p.Role.Staff():
		p.Departments = town.Departments(m.r)
	default:
		p.Memberships = town.Memberships(m.r, m.orgs)
	}
	m.put(p)
	m.figures["rights_changed"]++
}

// changeSides makes staff of a customer or a customer of staff. Half of the time
// everybody has everything before, so that whatever comes after it is in the new
// role for certain.
func (m *machine) changeSides() {
	p := m.m.People[m.person()]
	if p.Role == desk.Admin {
		return
	}
	calm := m.r.IntN(2) == 0
	if calm {
		m.quiet()
	} else {
		m.hearAll()
	}
	if p.Role.Staff() {
		p.Role, p.Departments, p.Memberships = desk.Customer, nil, town.Memberships(m.r, m.orgs)
	} else {
		p.Role, p.Departments, p.Memberships = town.Pick(m.r, []desk.Role{desk.Engineer, desk.Lead}), town.Departments(m.r), nil
	}
	m.w.Put(p, m.r.IntN(2) == 0)
	m.m.People[p.ID] = p
	m.turned(p.ID, !calm)
	for x := range m.m.People {
		m.saw(x)
	}
}

func (m *machine) put(p desk.Person) {
	m.uncovered(p)
	m.w.Put(p, m.r.IntN(2) == 0)
	m.m.People[p.ID] = p
	for x := range m.m.People {
		m.saw(x) // who is known to whom may have changed for others too
	}
	m.again(p.ID)
}

// again brings everybody's computers of a person to where they must be after
// their right to be here changed.
func (m *machine) again(person desk.PersonID) {
	for _, p := range m.probes {
		if p.Person == person && p.online && !m.may(person, p.Device) {
			m.turnedAway(p)
		}
	}
	for _, c := range m.clients {
		if c.Person == person && c.online && !m.may(person, c.Device) {
			c.online = false
			m.settle(c)
		}
	}
}

// turnedAway waits until a connection that may not be any more is over. Half
// of the time something is asked over it first, which must not happen.
func (m *machine) turnedAway(p *probe) {
	p.online = false
	if m.r.IntN(2) == 0 {
		cmd, a := m.command(p.Person, "", nil)
		if c, err := p.Command(cmd); err != nil {
			m.t.Fatal(err)
		} else if got, err := p.Push(c); err == nil {
			m.fail("%s has no access and gets an answer to %s: %+v", p.Person, a.args.Kind(), got)
		}
	}
	if !town.Until(m.t, town.Patience, func() bool { return p.Ended() != nil }, p.String) {
		m.fail("%s has no access and stays connected", p.Person)
		return
	}
	if end := p.Ended(); end.Code != wire.CloseRevoked {
		m.fail("%s lost access and the connection ended with %v", p.Person, end)
	}
	m.figures["turned_away"]++
	m.connectIfMay(p)
}

func (m *machine) disable() {
	p := m.m.People[m.person()]
	p.Disabled = !p.Disabled
	m.put(p)
	m.figures["disabled"]++
}

// signOut signs a device out, and the person in on another.
func (m *machine) signOut() {
	if m.r.IntN(4) == 0 {
		i := m.r.IntN(len(m.clients))
		c := m.clients[i]
		if !c.online {
			return
		}
		m.w.SignOut(c.Device, m.r.IntN(2) == 0)
		delete(m.m.Devices, c.Device)
		m.again(c.Person)
		m.replace(i)
	} else {
		i := m.r.IntN(len(m.probes))
		p := m.probes[i]
		m.w.SignOut(p.Device, m.r.IntN(2) == 0)
		delete(m.m.Devices, p.Device)
		if p.online {
			m.turnedAway(p)
		}
		m.hear(p.Person, &p.Ear)
		m.probes = slices.Delete(m.probes, i, i+1)
		m.newProbe(p.Person)
	}
	m.figures["signed_out"]++
}

// replace gives a person another computer.
func (m *machine) replace(i int) {
	c := m.clients[i]
	m.retire(c)
	m.clients = slices.Delete(m.clients, i, i+1)
	m.newClient(c.Person)
}

// fetch asks for a ticket whole, whoever's it is.
func (m *machine) fetch() {
	p := town.Pick(m.r, m.probes)
	if !p.online || len(m.all) == 0 {
		return
	}
	ids := town.Some(m.r, m.all, 3)
	if len(ids) == 0 {
		return
	}
	items, err := p.Fetch(ids...)
	if err != nil {
		m.fail("%s fetches: %v", p.Person, err)
		return
	}
	for _, it := range items {
		may := m.m.Sees(p.Person, m.m.Tickets[it.Ticket])
		if may != (it.Kind == desk.ItemEnter) || !may && (it.Version != 0 || it.Read != 0 || len(it.Head)+len(it.Entries) > 0) {
			m.fail("%s fetches %s: %s, may: %v", p.Person, it.Ticket, it.Kind, may)
		}
	}
	m.figures["fetched"] += len(items)
}

// pullForeign asks for lanes that are not one's own. Their snapshots would
// show as pages of lanes the shelf does not have, and in the search.
func (m *machine) pullForeign() {
	p := town.Pick(m.r, m.probes)
	if !p.online {
		return
	}
	other := m.person()
	lane := town.Pick(m.r, []desk.LaneID{
		"c/user/" + desk.LaneID(other), "s/user/" + desk.LaneID(other), "c/org/" + desk.LaneID(town.Pick(m.r, m.orgs)),
		"s/dept/" + desk.LaneID(town.Pick(m.r, m.w.Desk.Desk.Departments).ID), "s/dir", "c/dir", "c/dir/" + desk.LaneID(town.Pick(m.r, m.orgs)),
	})
	mine := false
	p.Look(func(s *town.Shelf, _ desk.Actor) { mine = s.Lanes[lane] != nil })
	if mine {
		return
	}
	if err := p.Send(wire.Pull{Lane: lane}); err != nil {
		m.fail("%s pulls: %v", p.Person, err)
	}
	m.figures["pulled"]++
}

// look says that somebody looks at a ticket; staff who look too are told.
func (m *machine) look() {
	p := town.Pick(m.r, m.probes)
	id, any := m.ticket(p.Person)
	if !any || !p.online {
		return
	}
	if err := p.Send(wire.Look{Ticket: id, Writing: m.r.IntN(2) == 0}); err != nil {
		m.fail("%s looks: %v", p.Person, err)
	}
	m.figures["looks"]++
}

// restart ends the server and starts it again.
func (m *machine) restart() {
	m.quiet()
	m.down()
	m.w.Restart()
	m.up()
	m.figures["restarts"]++
}

// restore takes the server back to the last backup.
func (m *machine) restore() {
	if m.saved == nil {
		return
	}
	m.quiet()
	m.down()
	m.hearAll()
	m.w.Restore(m.backup)
	was := m.m.People
	m.m = m.saved.clone()
	m.all = slices.DeleteFunc(m.all, func(id desk.TicketID) bool { return m.m.Tickets[id] == nil })
	m.blobs = slices.DeleteFunc(m.blobs, func(h desk.BlobHash) bool { return m.m.sent[h] == nil })
	for p, x := range m.m.People {
		if x.Role.Staff() != was[p].Role.Staff() {
			m.turned(p, false)
		}
		m.saw(p)
	}
	m.up()
	m.figures["restores"]++
}

// down takes everybody off the line.
func (m *machine) down() {
	for _, p := range m.probes {
		p.Hang()
	}
	for _, c := range m.clients {
		m.pause(c)
	}
}

// up brings everybody back, one after the other, since clients send again what
// the server forgot. Who signed in after the backup has to do so anew.
func (m *machine) up() {
	m.hearAll()
	for i := len(m.probes) - 1; i >= 0; i-- {
		p := m.probes[i]
		m.connect(p)
		if _, in := m.m.Devices[p.Device]; !in {
			m.probes = slices.Delete(m.probes, i, i+1)
			m.newProbe(p.Person)
		}
	}
	for i := len(m.clients) - 1; i >= 0; i-- {
		c := m.clients[i]
		m.resume(c)
		if _, in := m.m.Devices[c.Device]; !in {
			m.replace(i)
		}
	}
}
