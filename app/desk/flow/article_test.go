package flow_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/flow"
)

// knowledge is a knowledge base in memory, kept as the ledger keeps it.
type knowledge struct {
	articles map[desk.ArticleID]desk.Article
	earlier  map[desk.ArticleID][]desk.Earlier
	sections map[desk.SectionID]desk.Section
	votes    map[desk.Vote]desk.Vote // by person and article
	comments []desk.Comment
	follows  map[desk.PersonID]map[string]desk.Follow
	seen     map[seenBy]desk.Seen
	views    map[desk.ArticleID]uint32
}

type seenBy struct {
	person  desk.PersonID
	article desk.ArticleID
}

// articlesIn are articles by their numbers; x is none.
func articlesIn(s string) (out []desk.ArticleID) {
	for n := range strings.SplitSeq(s, ",") {
		if n != "" {
			out = append(out, articleNo(n))
		}
	}
	return out
}

func articleNo(n string) desk.ArticleID {
	return desk.ArticleID("0198b000-0000-7000-8000-00000000000" + n)
}

// help gathers what the rules ask for, as the server does.
func (k *knowledge) help(args desk.Args, who desk.PersonID) (h desk.Help) {
	if a, there := k.articles[desk.ArticleOf(args)]; there {
		h.Article = &a
	}
	if s, there := k.sections[desk.SectionOf(args, h.Article)]; there {
		h.Section = &s
	}
	if v, there := k.votes[desk.Vote{Person: who, Article: desk.ArticleOf(args)}]; there {
		h.Vote = &v
	}
	if v, there := k.seen[seenBy{who, desk.ArticleOf(args)}]; there {
		h.Seen = &v
	}
	if x, ok := args.(desk.SettleComment); ok {
		for i := range k.comments {
			if k.comments[i].ID == x.Comment {
				c := k.comments[i]
				h.Comment = &c
			}
		}
	}
	if x, ok := args.(desk.SaveSection); ok {
		for _, a := range k.articles {
			if a.IsLive() && a.Live.Section == x.Section.ID {
				h.Within = append(h.Within, a)
			}
		}
	}
	return h
}

func (k *knowledge) take(ch desk.HelpChange, who desk.PersonID) {
	if k.articles == nil {
		k.articles, k.earlier = map[desk.ArticleID]desk.Article{}, map[desk.ArticleID][]desk.Earlier{}
		k.sections, k.votes = map[desk.SectionID]desk.Section{}, map[desk.Vote]desk.Vote{}
		k.follows = map[desk.PersonID]map[string]desk.Follow{}
		k.seen, k.views = map[seenBy]desk.Seen{}, map[desk.ArticleID]uint32{}
	}
	if ch.Article != nil {
		k.articles[ch.Article.ID] = *ch.Article
	}
	if ch.Was != nil {
		k.earlier[ch.Was.Article] = append(k.earlier[ch.Was.Article], *ch.Was)
	}
	delete(k.articles, ch.Gone)
	if ch.Section != nil {
		k.sections[ch.Section.ID] = *ch.Section
	}
	delete(k.sections, ch.Dropped)
	if ch.Vote != nil {
		k.votes[desk.Vote{Person: who, Article: ch.Vote.Article}] = *ch.Vote
	}
	if ch.Seen != nil {
		k.seen[seenBy{who, ch.Seen.Article}] = *ch.Seen
	}
	if ch.Viewed {
		k.views[ch.Seen.Article]++
	}
	if c := ch.Comment; c != nil {
		k.comments = append(slices.DeleteFunc(k.comments, func(x desk.Comment) bool { return x.ID == c.ID }), *c)
	}
	if f := ch.Follow; f != nil {
		if k.follows[who] == nil {
			k.follows[who] = map[string]desk.Follow{}
		}
		if k.follows[who][f.Key()] = *f; f.Level == desk.FollowUsual {
			delete(k.follows[who], f.Key())
		}
	}
}

func (k *knowledge) tally(id desk.ArticleID) (t desk.Tally) {
	t.Views = k.views[id]
	for _, v := range k.votes {
		switch {
		case v.Article != id:
			continue
		case v.Helpful:
			t.Yes++
		default:
			t.No++
		}
		if v.Solved {
			t.Solved++
		}
	}
	return t
}

// has gives all of the knowledge base that reaches somebody, as bytes.
func (k *knowledge) has(a desk.Actor) string {
	var out []any
	hears := func(l desk.LaneID) bool { return l != "" && slices.Contains(access.LanesFor(a), l) }
	for id, x := range k.articles {
		switch {
		case a.Role.Staff():
			if x.Shown() {
				out = append(out, x, k.earlier[id], k.tally(id))
			}
			continue
		case hears(access.ArticleLane(&x)):
			out = append(out, access.CustomerArticle(&x, k.tally(id)))
		}
		if x.Contributed != nil && x.By == a.Person {
			out = append(out, access.OwnArticle(&x, a, k.tally(id)))
		}
		for _, e := range k.earlier[id] {
			if hears(access.EarlierLane(&x, e)) {
				out = append(out, access.CustomerEarlier(e))
			}
		}
	}
	for _, s := range k.sections {
		if a.Role.Staff() || hears(access.SectionLane(s)) {
			out = append(out, s)
		}
	}
	for _, c := range k.comments {
		if a.Role.Staff() {
			out = append(out, c)
		} else if c.By == a.Person {
			out = append(out, access.CustomerComment(c))
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// knowledge is the line of a history about the knowledge base:
//
//	kb writes ed 1 title="x" text="x" section=mail readers=public org=kranich tags=a,b edit=2 send -> conflict
//	kb moves lea 1 publish reason="x"
//	kb votes rita 1 yes solved     kb votes rita 1 no
//	kb sees rita 1                 kb sees rita 1 1h  as it was published then
//	kb seen rita 1 1h              what of it they last read
//	kb comments rita 1 "text"      kb settles ed 1 a     by the number of the comment
//	kb follows rita article 1 all  kb follows rita section mail
//	kb section lea mail "Mail" customers kranich      kb drops lea mail
//	kb article 1 state=draft live="x" draft="x" by=ed earlier=1 yes=1 no=0 solved=1 helped=0 why="x"
//	kb reads rita 1 2              what somebody has, and nothing else
//	kb own rita 1 state=review reason="x" title="x"
//	kb file rita 1 a.png           kb nofile rita 1 a.png        what of its files somebody has
//	kb has rita "x"                kb hasnt rita "x"     whether bytes that reach somebody say it
func (w *world) knowledge(verb string, words []string) error {
	k := &w.kb
	switch verb {
	case "article":
		return k.shows(words)
	case "reads":
		got := []string{}
		for id, x := range k.articles {
			if access.CanReadArticle(w.actor(desk.PersonID(words[0])), &x) {
				got = append(got, string(id[len(id)-1:]))
			}
		}
		if slices.Sort(got); !slices.Equal(got, words[1:]) {
			return fmt.Errorf("reads %q", got)
		}
		return nil
	case "own":
		x, there := k.articles[articleNo(words[1])]
		if !there || x.Contributed == nil {
			return expect(words[2:], map[string]string{"state": "none"})
		}
		o := access.OwnArticle(&x, w.actor(desk.PersonID(words[0])), k.tally(x.ID))
		return expect(words[2:], map[string]string{"state": string(o.State), "reason": o.Reason, "title": o.Title, "edit": fmt.Sprint(o.Edit), "views": fmt.Sprint(o.Views)})
	case "file", "nofile":
		x, there := k.articles[articleNo(words[1])]
		if !there {
			return fmt.Errorf("no such article")
		}
		a := w.actor(desk.PersonID(words[0]))
		for _, f := range filesNamed(words[2]) {
			if access.CanReadArticleFile(a, &x, k.earlier[x.ID], f.Hash) != (verb == "file") {
				return fmt.Errorf("%s: %s", f.Name, verb)
			}
		}
		return nil
	case "seen":
		got := "never"
		if v, there := k.seen[seenBy{desk.PersonID(words[0]), articleNo(words[1])}]; there {
			got = since(v.Published)
		}
		if got != words[2] {
			return fmt.Errorf("saw it as of %s", got)
		}
		return nil
	case "has", "hasnt":
		if strings.Contains(k.has(w.actor(desk.PersonID(words[0]))), words[1]) != (verb == "has") {
			return fmt.Errorf("%s has %s", words[0], k.has(w.actor(desk.PersonID(words[0]))))
		}
		return nil
	case "followers":
		got := []string{}
		for p, all := range k.follows {
			for key, f := range all {
				got = append(got, string(p)+":"+key[:strings.IndexByte(key, '/')]+":"+string(f.Level))
			}
		}
		if slices.Sort(got); !slices.Equal(got, words) {
			return fmt.Errorf("follow %q", got)
		}
		return nil
	}
	return w.asks(verb, words)
}

func (k *knowledge) shows(words []string) error {
	id := articleNo(words[0])
	x, there := k.articles[id]
	if !there {
		return expect(words[1:], map[string]string{"state": "none"})
	}
	t := k.tally(id)
	got := map[string]string{
		"state": string(x.State()), "live": x.Live.Title, "by": string(x.By), "earlier": fmt.Sprint(len(k.earlier[id])), "edit": fmt.Sprint(x.Edit), "why": x.Why,
		"yes": fmt.Sprint(t.Yes), "no": fmt.Sprint(t.No), "solved": fmt.Sprint(t.Solved), "helped": fmt.Sprint(access.Helped(t)), "views": fmt.Sprint(t.Views),
		"published": since(x.Published), "reviewed": since(x.Reviewed), "changed": x.Changed, "tags": strings.Join(x.Live.Tags, ","), "draft": "", "language": x.Live.Language,
	}
	if x.Draft != nil {
		got["language"] = x.Draft.Language
		got["draft"] = x.Draft.Title
	}
	return expect(words[1:], got)
}

// filesNamed are files with those names, "big:" before one above the limit.
func filesNamed(names string) (out []desk.Attachment) {
	for name := range strings.SplitSeq(names, ",") {
		f := desk.Attachment{Name: name, Size: 10, Hash: desk.BlobHash(fmt.Sprintf("%x", sha256.Sum256([]byte(name))))}
		if rest, big := strings.CutPrefix(name, "big:"); big {
			f.Name, f.Size = rest, desk.MaxAttachment+1
		}
		out = append(out, f)
	}
	return out
}

// asks has somebody ask for a change.
func (w *world) asks(verb string, words []string) error {
	want := ""
	if i := slices.Index(words, "->"); i >= 0 {
		want, words = words[i+1], words[:i]
	}
	who := desk.PersonID(words[0])
	w.kbID++
	id := desk.CommandID(fmt.Sprintf("0198c000-0000-7000-8000-%012d", w.kbID))
	var art desk.ArticleID
	var edit uint64
	if verb != "section" && verb != "drops" && verb != "settles" && verb != "follows" {
		art = articleNo(words[1])
		if x, there := w.kb.articles[art]; there {
			edit = x.EditFor(w.actor(who))
		}
	}
	var args desk.Args
	switch verb {
	case "writes":
		a := desk.WriteArticle{Article: art, Edit: edit, Writing: desk.Writing{Title: "Title " + words[1], Text: "Text " + words[1], Section: "mail"}}
		for _, x := range words[2:] {
			key, v, _ := strings.Cut(x, "=")
			switch key {
			case "title":
				a.Writing.Title = v
			case "text":
				a.Writing.Text = v
			case "section":
				a.Writing.Section = desk.SectionID(v)
			case "readers":
				a.Writing.Readers = desk.Readers(v)
			case "org":
				a.Writing.Org = desk.OrgID(v)
			case "language":
				a.Writing.Language = v
			case "tags":
				a.Writing.Tags = strings.Split(v, ",")
			case "files":
				a.Writing.Files = filesNamed(v)
			case "edit":
				a.Edit, _ = strconv.ParseUint(v, 10, 64)
			case "send":
				a.Send = true
			}
		}
		args = a
	case "moves":
		a := desk.MoveArticle{Article: art, Edit: edit, Step: desk.ArticleStep(words[2])}
		for _, x := range words[3:] {
			if v, ok := strings.CutPrefix(x, "reason="); ok {
				a.Reason = v
			}
			if v, ok := strings.CutPrefix(x, "edit="); ok {
				a.Edit, _ = strconv.ParseUint(v, 10, 64)
			}
		}
		args = a
	case "votes":
		args = desk.VoteArticle{Article: art, Helpful: words[2] == "yes", Solved: len(words) > 3}
	case "sees":
		a := desk.ReadArticle{Article: art, Published: w.kb.articles[art].Published}
		if len(words) > 2 {
			after, err := time.ParseDuration(words[2])
			if err != nil {
				return err
			}
			a.Published = start.Add(after)
		}
		args = a
	case "comments":
		args = desk.CommentArticle{Article: art, Text: words[2]}
	case "settles":
		a := desk.SettleComment{Comment: "0198c000-0000-7000-8000-000000000099"}
		if n, _ := strconv.Atoi(words[1]); n >= 1 && n <= len(w.kb.comments) {
			a.Comment = w.kb.comments[n-1].ID
		}
		if len(words) > 2 {
			a.Ticket = uuidT
		}
		args = a
	case "follows":
		a := desk.SetArticleFollow{}
		if words[1] == "article" {
			a.Article = articleNo(words[2])
		} else {
			a.Section = desk.SectionID(words[2])
		}
		if len(words) > 3 {
			a.Level = desk.FollowLevel(words[3])
		}
		args = a
	case "section":
		s := desk.Section{ID: desk.SectionID(words[1]), Name: words[2], Readers: desk.Readers(words[3])}
		if len(words) > 4 {
			s.Org = desk.OrgID(words[4])
		}
		args = desk.SaveSection{Section: s}
	case "drops":
		args = desk.SaveSection{Section: desk.Section{ID: desk.SectionID(words[1])}, Drop: true}
	default:
		return fmt.Errorf("not understood")
	}
	cmd := desk.Command{ID: id, Ticket: desk.TicketID(id), Args: args}
	ch, err := flow.Decide(desk.State{Place: w.place, Help: w.kb.help(args, who)}, cmd, w.actor(who), w.now)
	got := ""
	if err != nil {
		got = string(desk.AsError(err).Code)
	}
	if got != want {
		return fmt.Errorf("got %v", err)
	}
	if err == nil {
		w.kb.take(*ch.Help, who)
	}
	return nil
}

// anyHelp is any command of the knowledge base of that kind.
func anyHelp(rt *rapid.T, args desk.Args) desk.Args {
	art, sec := articleNo(pick(rt, "1", "2")), desk.SectionID(pick(rt, "mail", "desk"))
	edit := uint64(rapid.IntRange(0, 4).Draw(rt, "edit"))
	flag := rapid.Bool().Draw(rt, "flag")
	switch args.(type) {
	case desk.WriteArticle:
		return desk.WriteArticle{Article: art, Edit: edit, Send: flag, Writing: desk.Writing{
			Title: pick(rt, "A", "B", ""), Text: pick(rt, "text", ""), Section: sec, Readers: pick(rt, desk.ReadersPublic, desk.ReadersStaff, desk.ReadersOrg, "x"), Org: pick(rt, desk.OrgID(""), "kranich"),
		}}
	case desk.MoveArticle:
		return desk.MoveArticle{Article: art, Edit: edit, Step: pick(rt, desk.StepSend, desk.StepPublish, desk.StepReturn, desk.StepRetire, desk.StepDrop, desk.StepReviewed), Reason: pick(rt, "why", "")}
	case desk.VoteArticle:
		return desk.VoteArticle{Article: art, Helpful: flag}
	case desk.ReadArticle:
		return desk.ReadArticle{Article: art, Published: pick(rt, time.Time{}, start, start.Add(time.Hour))}
	case desk.CommentArticle:
		return desk.CommentArticle{Article: art, Text: pick(rt, "x", "")}
	case desk.SettleComment:
		return desk.SettleComment{Comment: "x"}
	case desk.SetArticleFollow:
		return desk.SetArticleFollow{Section: sec, Level: pick(rt, desk.FollowAll, desk.FollowUsual, "x")}
	}
	return desk.SaveSection{Section: desk.Section{ID: sec, Name: pick(rt, "Mail", ""), Readers: pick(rt, desk.ReadersPublic, desk.ReadersStaff), Org: ""}, Drop: flag}
}

// TestWhatTheTeamDoesWithArticles: whatever the team writes, sends, sends back,
// drops and reads in the knowledge base, the bytes that customers have do not
// move until something is decided on what they read; and a canary for each
// audience reaches that one alone.
func TestWhatTheTeamDoesWithArticles(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := newWorld()
		for _, line := range []string{
			`section ada mail Mail public`, `section ada desk Desk staff`,
			`writes ed 1 title=PUBLIC readers=public`, `moves ada 1 publish`, `writes ed 2 title=TEAM section=desk`, `moves ada 2 publish`,
			`writes ed 3 title=THEIRS readers=org org=kranich`, `moves ada 3 publish`,
		} {
			words := strings.Fields(line)
			if err := w.knowledge(words[0], words[1:]); err != nil {
				rt.Fatal(line, err)
			}
		}
		customers := map[desk.PersonID]string{"rita": "", "carl": ""}
		for range rapid.IntRange(1, 20).Draw(rt, "n") {
			for p := range customers {
				customers[p] = w.kb.has(w.actor(p))
			}
			n := pick(rt, "1", "2", "3")
			x := w.kb.articles[articleNo(n)]
			verb := pick(rt, "writes", "send", "return", "drop")
			words := []string{"ed", n, verb, "reason=SECRET"}
			if verb == "writes" {
				words = []string{"ed", n, "title=SECRET", "text=SECRET"}
			} else if words[0] = "lea"; x.Draft == nil {
				continue
			}
			if verb != "writes" {
				verb = "moves"
			}
			_ = w.asks(verb, words) // also what is refused
			w.now = w.now.Add(time.Minute)
			for p, was := range customers {
				if got := w.kb.has(w.actor(p)); !sameBytes(got, was) || strings.Contains(got, "SECRET") || strings.Contains(got, "TEAM") {
					rt.Fatalf("%s had %s and has %s", p, was, got)
				}
			}
			if got := w.kb.has(w.actor("carl")); strings.Contains(got, "THEIRS") || !strings.Contains(got, "PUBLIC") {
				rt.Fatalf("who is not of it has %s", got)
			}
			if got := w.kb.has(w.actor("rita")); !strings.Contains(got, "THEIRS") {
				rt.Fatalf("who is of it has %s", got)
			}
		}
	})
}

// sameBytes compares two lists without their order, which is that of a map.
func sameBytes(a, b string) bool {
	var x, y []json.RawMessage
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil {
		return false
	}
	in := func(all []json.RawMessage) (out []string) {
		for _, m := range all {
			out = append(out, string(m))
		}
		slices.Sort(out)
		return out
	}
	return slices.Equal(in(x), in(y))
}
