package server_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"docket/app/desk"
	"docket/sync/cmd/docketd/runtest"
	"docket/sync/server"
	"docket/sync/wire"
)

// give uploads a file as somebody and gives what names it.
func give(t *testing.T, s *runtest.Server, token, name string, content []byte) desk.Attachment {
	t.Helper()
	sum := sha256.Sum256(content)
	a := desk.Attachment{Hash: desk.BlobHash(hex.EncodeToString(sum[:])), Name: name, Size: int64(len(content))}
	b, _ := json.Marshal(wire.UploadStart{Hash: a.Hash, Size: a.Size, Name: name})
	r := s.Request("POST", wire.PathUploads, token, string(b))
	st := decode[wire.UploadState](t, r)
	if r.StatusCode != http.StatusOK {
		t.Fatalf("start upload: %d", r.StatusCode)
	}
	if !st.Done {
		st = decode[wire.UploadState](t, s.Request("PATCH", fmt.Sprintf("%s/%s?offset=%d", wire.PathUploads, a.Hash, st.Offset), token, string(content[st.Offset:])))
	}
	if !st.Done {
		t.Fatalf("upload is at %d of %d", st.Offset, a.Size)
	}
	return a
}

// world is a ticket of elif's with everything that must not reach somebody
// else, and people of every kind.
type world struct {
	s                  *runtest.Server
	id                 desk.TicketID
	public, noted      desk.Attachment
	elif, jonas        *runtest.Client
	noteText, fileText string
	articles           []articleFile
}

func newWorld(t *testing.T) *world {
	w := &world{s: runtest.NewServer(t, ""), noteText: "CANARY-note-7f3a", fileText: "CANARY-file-91bc"}
	w.elif, w.jonas = w.s.Connect("elif"), w.s.Connect("jonas")
	w.public = give(t, w.s, w.elif.Token, "letter.txt", []byte("CANARY-public-file"))
	w.noted = give(t, w.s, w.jonas.Token, "CANARY-name.txt", []byte(w.fileText))
	w.id = desk.TicketID(runtest.UUID())
	w.elif.Must(w.id, 0, desk.Open{Subject: "CANARY-subject", Text: "CANARY-text", Department: "hosting", Files: []desk.Attachment{w.public}})
	w.jonas.Must(w.id, w.s.Ticket(w.id).LastSeq, desk.AddNote{Text: w.noteText, Files: []desk.Attachment{w.noted}})
	w.writeArticles(t)
	return w
}

// TestWhoMayReadWhat is the matrix of every way to ask for something and every
// kind of person. The ways are the tables of endpoints and of client frames: one
// that is not decided about here fails.
func TestWhoMayReadWhat(t *testing.T) {
	w := newWorld(t)
	type who struct {
		person       desk.PersonID
		ticket, note bool // may read it
	}
	people := []who{
		{"elif", true, false},
		{"max", false, false},
		{"nina", false, false},
		{"lars", false, false},
		{"jonas", true, true},
		{"lea", true, true},
		{"petra", false, false},
		{"ada", true, true},
	}
	file := func(h desk.BlobHash, id desk.TicketID) string {
		return fmt.Sprintf("%s/%s?ticket=%s", wire.PathFiles, h, id)
	}
	endpoints := map[string]func(t *testing.T, p who, token string){
		"GET " + wire.PathHello:       nil, // tells nothing but the desk's name
		"GET " + wire.PathEmergency:   nil, // numbers alone; see emergency_test.go
		"POST " + wire.PathSignIn:     nil, // see signin_test.go
		"POST " + wire.PathInvitation: nil,
		"POST " + wire.PathSignOut:    nil, // ends the token it is asked with
		"GET " + wire.PathSync:        nil, // the frames below
		"POST " + wire.PathTake: func(t *testing.T, p who, token string) {
			if p.ticket {
				return // take_test.go
			}
			ask := func(id desk.TicketID) string {
				b, _ := json.Marshal(wire.Take{ID: desk.CommandID(runtest.UUID()), Skip: id, Reason: "no"})
				r := w.s.Request("POST", wire.PathTake, token, string(b))
				return fmt.Sprint(r.StatusCode, body(t, r))
			}
			if theirs, none := ask(w.id), ask(desk.TicketID(runtest.UUID())); theirs != none || strings.HasPrefix(none, "2") {
				t.Errorf("skipping what is not theirs: %s, and of nothing: %s", theirs, none)
			}
		},
		"GET " + wire.PathChats: func(t *testing.T, _ who, token string) {
			if got := decode[wire.Chats](t, w.s.Request("GET", wire.PathChats, token, "")); got.Departments == nil || len(got.Departments) > 0 {
				t.Errorf("nobody takes chats: got %+v", got)
			}
		},
		"PUT " + wire.PathPeople + "/{person}/away": func(t *testing.T, p who, token string) {
			set := func(who string) string {
				r := w.s.Request("PUT", wire.PathPeople+"/"+who+"/away", token, `{}`)
				return fmt.Sprint(r.StatusCode, body(t, r))
			}
			ours, none := set("jonas"), set("nobody")
			if may := p.person == "jonas" || p.person == "lea" || p.person == "ada"; may != strings.HasPrefix(ours, "204") {
				t.Errorf("saying that jonas is here: %s", ours)
			}
			for _, x := range []string{set("elif"), none} {
				if strings.HasPrefix(x, "2") || x != none {
					t.Errorf("a customer is here: %s, and nobody: %s", x, none)
				}
			}
		},
		"GET " + wire.PathOrgs + "/{org}/members": func(t *testing.T, p who, token string) {
			list := func(org string) string {
				r := w.s.Request("GET", wire.PathOrgs+"/"+org+"/members", token, "")
				return fmt.Sprint(r.StatusCode, body(t, r))
			}
			theirs, none := list("bakery"), list("nowhere")
			if manages := p.person == "elif"; manages != strings.Contains(theirs, "Nina Brandt") || !manages && theirs != none {
				t.Errorf("the people of the bakery: %s, and of nothing: %s", theirs, none)
			}
			if other := list("studio"); other != none || strings.HasPrefix(none, "2") {
				t.Errorf("the people of another organization: %s, and of nothing: %s", other, none)
			}
		},
		"PUT " + wire.PathOrgs + "/{org}/members": func(t *testing.T, p who, token string) {
			set := func(org, who string) string {
				r := w.s.Request("PUT", wire.PathOrgs+"/"+org+"/members", token, fmt.Sprintf(`{"person":%q,"access":"none"}`, who))
				return fmt.Sprint(r.StatusCode, body(t, r))
			}
			theirs, none := set("bakery", "nina"), set("nowhere", "nina")
			if manages := p.person == "elif"; manages != strings.HasPrefix(theirs, "204") || !manages && theirs != none {
				t.Errorf("access at the bakery: %s, and at nothing: %s", theirs, none)
			}
			for _, x := range []string{set("studio", "lars"), set("bakery", "lars"), set("bakery", "jonas"), set("bakery", "nobody")} {
				if x != none || strings.HasPrefix(none, "2") {
					t.Errorf("access of somebody who is not theirs: %s, and at nothing: %s", x, none)
				}
			}
		},
		"GET " + wire.PathPlace: func(t *testing.T, p who, token string) {
			ask := func(id string) string {
				r := w.s.Request("GET", wire.PathPlace+"?ticket="+id, token, "")
				return fmt.Sprint(r.StatusCode, body(t, r))
			}
			theirs, none := ask(string(w.id)), ask(runtest.UUID())
			if p.ticket != strings.HasPrefix(theirs, "200") || !p.ticket && theirs != none || strings.HasPrefix(none, "2") || ask("x") != none {
				t.Errorf("where it stands: %s, and nothing: %s", theirs, none)
			}
		},
		"POST " + wire.PathSearch: func(t *testing.T, p who, token string) {
			look := func(text string) (string, desk.FoundPage) {
				b, _ := json.Marshal(wire.Search{Query: text})
				r := w.s.Request("POST", wire.PathSearch, token, string(b))
				text = body(t, r)
				var page desk.FoundPage
				if r.StatusCode != http.StatusOK || json.Unmarshal([]byte(text), &page) != nil {
					t.Fatalf("search: %d %s", r.StatusCode, text)
				}
				return text, page
			}
			nothing, _ := look("nowhere")
			for text, may := range map[string]bool{
				"CANARY-text": p.ticket, "CANARY-subject": p.ticket, "letter.txt": p.ticket, "from:elif": p.ticket,
				w.noteText: p.note, "CANARY-name": p.note, "file:CANARY": p.note,
				"CANARY-public-file": p.ticket, w.fileText: p.note, // what files say
			} {
				if said, page := look(text); (len(page.Found) == 1) != may || !may && said != nothing {
					t.Errorf("looks for %q: %s, and for nothing: %s", text, said, nothing)
				}
			}
			if _, page := look("CANARY-text"); p.ticket && !p.note && strings.Contains(string(page.Found[0].Head), "CANARY-n") {
				t.Error("a head for a customer has what is the team's")
			}
		},
		"POST " + wire.PathBusy: func(t *testing.T, p who, token string) {
			for d, may := range map[desk.DeptID]bool{"hosting": p.person == "lea" || p.person == "ada", "billing": p.person == "ada", "nowhere": false} {
				b, _ := json.Marshal(desk.Busy{Department: d, Text: "We are slow", Until: time.Now().Add(time.Hour)})
				if r := w.s.Request("POST", wire.PathBusy, token, string(b)); (r.StatusCode == http.StatusNoContent) != may {
					t.Errorf("says how busy %s is: %d %s", d, r.StatusCode, body(t, r))
				}
			}
		},
		"PUT " + wire.PathCalls + "/{call}": func(t *testing.T, p who, token string) {
			// Of a call that is not there, or not theirs, everybody reads the same.
			if r := w.s.Request("PUT", wire.PathCalls+"/"+runtest.UUID(), token, "{}"); r.StatusCode/100 == 2 {
				t.Errorf("drops nothing: %d", r.StatusCode)
			}
		},
		"POST " + wire.PathUploads: func(t *testing.T, p who, token string) {
			// That somebody else sent these bytes is not told.
			b, _ := json.Marshal(wire.UploadStart{Hash: w.noted.Hash, Size: w.noted.Size, Name: "x"})
			st := decode[wire.UploadState](t, w.s.Request("POST", wire.PathUploads, token, string(b)))
			if done := p.person == "jonas"; st.Done != done || (st.Offset > 0) != done {
				t.Errorf("got %+v", st)
			}
		},
		"PATCH " + wire.PathUploads + "/{hash}": func(t *testing.T, p who, token string) {
			if p.person == "jonas" {
				return // sent it himself
			}
			r := w.s.Request("PATCH", fmt.Sprintf("%s/%s?offset=3", wire.PathUploads, w.noted.Hash), token, "ARY")
			if r.StatusCode < 400 {
				t.Errorf("went on with somebody else's upload: %d", r.StatusCode)
			}
		},
		"GET " + wire.PathFiles + "/{hash}": func(t *testing.T, p who, token string) {
			for _, c := range []struct {
				h   desk.BlobHash
				may bool
			}{{w.public.Hash, p.ticket}, {w.noted.Hash, p.note}} {
				r := w.s.Request("GET", file(c.h, w.id), token, "")
				text := body(t, r)
				if (r.StatusCode == 200) != c.may || strings.Contains(text, "CANARY") != c.may {
					t.Errorf("file: %d %q, may: %v", r.StatusCode, text, c.may)
				}
				if !c.may {
					none := w.s.Request("GET", file(desk.BlobHash(strings.Repeat("a", 64)), w.id), token, "")
					if none.StatusCode != r.StatusCode || body(t, none) != text {
						t.Error("a file that is not theirs is not answered like one that is not there")
					}
				}
			}
			w.articleFiles(t, p.person, token)
		},
	}
	for _, r := range server.Routes() {
		key := r.Method + " " + r.Path
		row, ok := endpoints[key]
		if !ok {
			t.Errorf("nobody decided who may ask %s", key)
			continue
		}
		if !r.Open {
			for _, token := range []string{"", "x", strings.Repeat("A", 43)} {
				if got := w.s.Request(r.Method, strings.Replace(r.Path, "{hash}", string(w.public.Hash), 1), token, "{}"); got.StatusCode != http.StatusUnauthorized {
					t.Errorf("%s with token %q: %d", key, token, got.StatusCode)
				}
			}
		}
		if row == nil {
			continue
		}
		for _, p := range people {
			token, _ := w.s.Token(p.person)
			t.Run(fmt.Sprint(key, " by ", p.person), func(t *testing.T) { row(t, p, token) })
		}
	}
	frames := map[wire.Type]func(t *testing.T, c *runtest.Client, p who){
		wire.THello: nil, wire.TAck: nil, wire.TPing: nil, // name nothing
		wire.TLook: nil, // TestPresence
		wire.TPush: func(t *testing.T, c *runtest.Client, p who) {
			for _, args := range desk.Commands() {
				if args.Kind() == desk.CmdOpen {
					continue
				}
				r := c.Do(w.id, 0, args)
				if args.Kind().Helps() {
					continue // about no ticket; see articles_test.go
				}
				if args.Kind() == desk.CmdNoteCall { // on no ticket, and the team's
					staff := slices.Contains([]desk.PersonID{"jonas", "petra", "lea", "ada"}, p.person)
					if staff == (r.Error.Code == desk.CodeNotFound) || r.Number != 0 {
						t.Errorf("notes a call: %+v", r)
					}
					continue
				}
				if p.ticket {
					if r.Outcome == desk.Refused && r.Error.Code == desk.CodeNotFound {
						t.Errorf("%s: not found", args.Kind())
					}
					continue
				}
				none := c.Do(desk.TicketID(runtest.UUID()), 0, args)
				if r.Outcome != desk.Refused || none.Outcome != desk.Refused || !reflect.DeepEqual(r.Error, none.Error) || r.Number != 0 {
					t.Errorf("%s: %+v, and of no ticket %+v", args.Kind(), r.Error, none.Error)
				}
			}
		},
		wire.TPull: func(t *testing.T, c *runtest.Client, p who) {
			mine := map[desk.LaneID]bool{}
			for _, l := range c.Hello().Lanes {
				mine[l.Lane] = true
			}
			for _, lane := range []desk.LaneID{
				"c/user/elif", "c/org/bakery", "c/org/studio", "c/dir/bakery", "c/dir/studio", "s/dept/hosting",
				"s/dept/billing", "s/user/jonas", "s/user/elif", "s/dir", "c/dir", "s/dept/none", "x",
				"s/help", "c/help", "c/help/bakery", "c/help/studio",
			} {
				if mine[lane] {
					continue
				}
				c.Send(wire.Pull{Lane: lane})
				runtest.Next[*wire.Scopes](c)
				if got := runtest.Peek[*wire.Page](c); len(got) > 0 {
					t.Errorf("got a page of %s", lane)
				}
			}
		},
		wire.TFetch: func(t *testing.T, c *runtest.Client, p who) {
			none := desk.TicketID(runtest.UUID())
			c.Send(wire.Fetch{Tickets: []desk.TicketID{w.id, none}})
			items := runtest.Next[*wire.Tickets](c).Items
			want := desk.ItemLeave
			if p.ticket {
				want = desk.ItemEnter
			}
			if len(items) != 2 || items[0].Kind != want || items[1].Kind != desk.ItemLeave || items[1].Version != 0 {
				t.Errorf("got %+v", items)
			}
			if !p.ticket && (items[0].Version != 0 || len(items[0].Head) > 0) {
				t.Errorf("a ticket that is not theirs: %+v", items[0])
			}
		},
	}
	for _, ty := range wire.ClientFrames() {
		row, ok := frames[ty]
		if !ok {
			t.Errorf("nobody decided who may send %s", ty)
			continue
		}
		if row == nil {
			continue
		}
		for _, p := range people {
			t.Run(fmt.Sprint(ty, " by ", p.person), func(t *testing.T) {
				c := w.s.Connect(p.person)
				defer c.Close()
				row(t, c, p)
				c.Quiet()
				raw := c.Raw()
				if !p.ticket && strings.Contains(raw, "CANARY-text") || !p.note && (strings.Contains(raw, w.noteText) || strings.Contains(raw, "CANARY-name")) {
					t.Errorf("%s was sent what is not theirs", p.person)
				}
			})
		}
	}
}

// TestAFileTellsNothingOfATicket has a stranger answer in somebody else's ticket
// with a file that it holds, and with one that it does not: which files a
// ticket holds is nothing they may learn.
func TestAFileTellsNothingOfATicket(t *testing.T) {
	w := newWorld(t)
	lars := w.s.Connect("lars")
	held := w.public
	none := desk.Attachment{Hash: desk.BlobHash(strings.Repeat("a", 64)), Name: held.Name, Size: held.Size}
	a := lars.Do(w.id, 0, desk.Reply{Text: "x", Files: []desk.Attachment{held}})
	b := lars.Do(w.id, 0, desk.Reply{Text: "x", Files: []desk.Attachment{none}})
	if a.Outcome != desk.Refused || b.Outcome != desk.Refused || a.Error.Code != desk.CodeNotFound || !reflect.DeepEqual(a.Error, b.Error) {
		t.Errorf("with a file it holds: %+v, with another: %+v", a.Error, b.Error)
	}
}

// TestNotesLeaveNoTrace runs two worlds that differ only in what staff did among
// themselves. What the customers get must not differ: not in a byte that is not
// an id, a time or a hash of such.
func TestNotesLeaveNoTrace(t *testing.T) {
	tell := func(internal bool) (trace []string, raw string) {
		s := runtest.NewServer(t, "")
		elif, max, jonas := s.Connect("elif"), s.Connect("max"), s.Connect("jonas")
		id := elif.Open("the public story", "hosting", "bakery")
		// Two changes that come in one batch are one item. So that only what came
		// differs, and not how it fell together, each is waited for.
		heard := func() {
			for _, c := range []*runtest.Client{elif, max} {
				for _, it := range c.CatchUp() {
					trace = append(trace, string(c.Person)+" "+describe(t, it))
				}
			}
		}
		step := func(text string) {
			heard()
			if internal {
				f := give(t, s, jonas.Token, "CANARY-name.txt", []byte("CANARY-file "+text))
				jonas.Must(id, s.Ticket(id).LastSeq, desk.AddNote{Text: "CANARY-" + text, Files: []desk.Attachment{f}, Mentions: []desk.PersonID{"petra"}})
				jonas.Must(id, s.Ticket(id).LastSeq, desk.SetPriority{From: s.Ticket(id).Priority, To: desk.PriorityHigh, Reason: "CANARY-reason"})
				jonas.Must(id, s.Ticket(id).LastSeq, desk.SetPriority{From: desk.PriorityHigh, To: desk.PriorityNormal, Reason: "CANARY-reason"})
			}
			// That staff has read what is public, customers may know.
			jonas.Must(id, 0, desk.MarkRead{Seq: s.Ticket(id).LastSeq})
			heard()
		}
		step("one")
		jonas.Must(id, s.Ticket(id).LastSeq, desk.Reply{Text: "answer one"})
		step("two")
		elif.Must(id, 100, desk.Reply{Text: "question two"})
		step("three")
		jonas.Must(id, s.Ticket(id).LastSeq, desk.Reply{Text: "the very end", Then: desk.Solved})
		step("four")
		late := s.Client("max")
		for _, it := range late.Snapshots(late.Hello().Lanes) {
			if it.Ticket != "" {
				trace = append(trace, "late "+describe(t, it))
			}
		}
		late.Send(wire.Fetch{Tickets: []desk.TicketID{id}})
		trace = append(trace, "fetched "+describe(t, runtest.Next[*wire.Tickets](late).Items[0]))
		for _, c := range []*runtest.Client{elif, max, late} {
			for _, lane := range slices.Sorted(maps.Keys(c.Cursors)) {
				trace = append(trace, fmt.Sprint(c.Person, " ", lane, " at ", c.Cursors[lane].Seq))
			}
			c.Quiet()
			raw += c.Raw()
		}
		r, err := wire.Marshal(elif.Hello().Receipts)
		if err != nil {
			t.Fatal(err)
		}
		return trace, raw + string(r)
	}
	quiet, _ := tell(false)
	busy, raw := tell(true)
	if strings.Contains(raw, "CANARY") {
		i := strings.Index(raw, "CANARY")
		t.Errorf("a customer was sent %q", raw[max(0, i-40):min(len(raw), i+40)])
	}
	if !strings.Contains(raw, "the very end") {
		t.Error("the sniffer heard nothing")
	}
	if a, b := strings.Join(quiet, "\n"), strings.Join(busy, "\n"); a != b {
		t.Errorf("without notes customers got\n%s\nwith notes\n%s", a, b)
	}
}

// describe is an item without what differs from run to run.
func describe(t *testing.T, it desk.Item) string {
	t.Helper()
	head := map[string]any{}
	if len(it.Head) > 0 {
		if err := wire.Unmarshal(it.Head, &head); err != nil {
			t.Fatal(err)
		}
	}
	for _, k := range []string{"id", "created", "updated", "steps", "seen", "closed_at"} {
		delete(head, k)
	}
	for _, k := range []string{"due_since", "waiting", "settles", "rating"} {
		if head[k] != nil {
			head[k] = "then" // that it is there must not differ, when it began may
		}
	}
	b, _ := wire.Marshal(head)
	texts := ""
	for _, e := range it.Entries {
		var c desk.Entry
		if err := wire.Unmarshal(e, &c); err != nil {
			t.Fatal(err)
		}
		texts += fmt.Sprint(" ", c.Seq, c.Kind, c.Text)
	}
	return fmt.Sprintf("%s v%d from %d read %d %x%s", it.Kind, it.Version, it.FromSeq, it.Read, b, texts)
}

// TestRevokedMidStream takes access away, by another process, in the middle of
// a stream of changes. Not a byte of what was committed afterwards arrives.
func TestRevokedMidStream(t *testing.T) {
	for _, way := range []string{"device", "person", "organization", "department"} {
		t.Run(way, func(t *testing.T) {
			s := runtest.NewServer(t, "")
			elif := s.Connect("elif")
			id := elif.Open("first", "hosting", "bakery")
			who := desk.PersonID("max")
			if way == "department" {
				who = "jonas"
			}
			gone := s.Connect(who)
			elif.Must(id, 100, desk.Reply{Text: "before-it"})
			gone.Has("before-it")
			// A stream of writing that does not stop while access ends.
			stop, done := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(done)
				writer := s.Connect("lea")
				for {
					select {
					case <-stop:
						return
					default:
						writer.Must(id, 1000, desk.Reply{Text: "meanwhile"})
					}
				}
			}()
			switch way {
			case "device":
				s.Revoke(gone.Device)
			case "person":
				s.Redeclare(strings.Replace(runtest.Desk, "id: max,", "id: max, disabled: true,", 1))
			case "organization":
				s.Redeclare(strings.Replace(runtest.Desk, "{org: bakery, access: read}", "{org: bakery, access: none}", 1))
			case "department":
				s.Redeclare(strings.Replace(runtest.Desk, "[hosting, triage]", "[triage]", 1))
			}
			elif.Must(id, 1000, desk.Reply{Text: "CANARY-after"})
			close(stop)
			<-done
			elif.Has("CANARY-after")
			if way == "device" || way == "person" {
				if e := gone.End(); e.Code != wire.CloseRevoked {
					t.Errorf("ended with %v", e)
				}
				if err := gone.Dial(); err == nil {
					t.Error("connected again")
				}
			} else {
				f := runtest.Next[*wire.Scopes](gone)
				for _, l := range f.Lanes {
					if l.Lane == "c/org/bakery" || l.Lane == "s/dept/hosting" {
						t.Errorf("still listens to %s", l.Lane)
					}
				}
				gone.Send(wire.Fetch{Tickets: []desk.TicketID{id}})
				if it := runtest.Next[*wire.Tickets](gone).Items[0]; it.Kind != desk.ItemLeave {
					t.Errorf("fetch gives %s", it.Kind)
				}
				gone.Quiet()
			}
			if strings.Contains(gone.Raw(), "CANARY-after") {
				t.Error("got what was written after access ended")
			}
		})
	}
}

// TestRightsGained gives somebody a department while they are connected.
func TestRightsGained(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, petra := s.Connect("elif"), s.Connect("petra")
	id := elif.Open("a question", "hosting", "")
	_, err := s.Apply(context.Background(), strings.NewReader(strings.Replace(runtest.Desk, "departments: [billing]", "departments: [billing, hosting]", 1)))
	if err != nil {
		t.Fatal(err)
	}
	f := runtest.Next[*wire.Scopes](petra)
	found := false
	for _, it := range petra.Snapshots(f.Lanes) {
		found = found || it.Ticket == id
	}
	if !found {
		t.Error("the snapshot of the new department lacks the ticket")
	}
	elif.Must(id, 100, desk.Reply{Text: "one more thing"})
	petra.Has("one more thing")
}

// TestMovedTicket refers a ticket away: the old department loses it in the same
// breath, and hears no more of it.
func TestMovedTicket(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif, jonas, petra := s.Connect("elif"), s.Connect("jonas"), s.Connect("petra")
	id := elif.Open("an invoice", "hosting", "")
	jonas.Has("an invoice")
	jonas.Must(id, s.Ticket(id).LastSeq, desk.Refer{From: "hosting", To: "billing", Reason: "about an invoice"})
	jonas.Until("leave", func(it desk.Item) bool { return it.Kind == desk.ItemLeave && it.Ticket == id })
	petra.Until("enter", func(it desk.Item) bool { return it.Kind == desk.ItemEnter && it.Ticket == id })
	elif.Must(id, 100, desk.Reply{Text: "CANARY-later"})
	petra.Has("CANARY-later")
	jonas.Quiet()
	if strings.Contains(jonas.Raw(), "CANARY-later") {
		t.Error("the old department still hears of it")
	}
}

// TestOtherProcess writes to the ledger from outside: connected clients hear of
// it although nobody told the server.
func TestOtherProcess(t *testing.T) {
	s := runtest.NewServer(t, "")
	elif := s.Connect("elif")
	started := time.Now()
	s.Redeclare(strings.Replace(runtest.Desk, "name: Veldhost", "name: Veldhost Support", 1))
	elif.Until("the new name", func(it desk.Item) bool {
		return it.Ref != nil && strings.Contains(string(it.Ref.Body), "Veldhost Support")
	})
	if d := time.Since(started); d > 5*time.Second {
		t.Errorf("it took %v", d)
	}
}
