package app

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"time"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/storage/cache"
	"docket/storage/outbox"
)

// knowledge is the knowledge base with what is pending laid over it, made by the
// rules the server decides by.
type knowledge struct {
	s        *session
	me       desk.Actor
	place    desk.Place
	now      time.Time
	sections []desk.Section
	articles map[desk.ArticleID]cache.Article
	// texts are articles that pending commands changed, whole.
	texts    map[desk.ArticleID]*desk.Article
	tallies  map[desk.ArticleID]desk.Tally
	votes    map[desk.ArticleID]desk.Vote
	seen     map[desk.ArticleID]desk.Seen
	comments []desk.Comment
	// follows are the levels of what is followed, by key.
	follows map[string]string
	waits   map[desk.ArticleID]bool
	saying  map[desk.CommandID]bool
}

func (s *session) knowledge() (*knowledge, error) {
	pending := s.helpPending() // first: what arrives meanwhile is laid twice, and not passed over
	h, err := s.cache.Help()
	if err != nil {
		return nil, err
	}
	k := &knowledge{
		s: s, me: s.me(), place: s.place(), now: s.api.now(), sections: slices.Clone(h.Sections), articles: h.Articles, tallies: h.Tallies, votes: h.Votes, seen: h.Seen,
		comments: slices.SortedFunc(maps.Values(h.Comments), func(x, y desk.Comment) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) }),
		texts:    map[desk.ArticleID]*desk.Article{}, follows: map[string]string{}, waits: map[desk.ArticleID]bool{}, saying: map[desk.CommandID]bool{},
	}
	follows, err := s.cache.Follows()
	if err != nil {
		return nil, err
	}
	for _, f := range follows {
		if f.What == desk.FollowArticle || f.What == desk.FollowSection {
			k.follows[f.Key()] = string(f.Level)
		}
	}
	if len(pending) > 0 {
		k.articles, k.votes, k.seen = maps.Clone(h.Articles), maps.Clone(h.Votes), maps.Clone(h.Seen)
		for _, it := range pending {
			k.lay(it)
		}
	}
	slices.SortStableFunc(k.sections, func(x, y desk.Section) int { return cmp.Or(cmp.Compare(x.Rank, y.Rank), cmp.Compare(x.Name, y.Name)) })
	return k, nil
}

// ids are the articles there are.
func (k *knowledge) ids() iter.Seq[desk.ArticleID] { return maps.Keys(k.articles) }

// whole gives an article with its texts.
func (k *knowledge) whole(id desk.ArticleID) (*desk.Article, error) {
	if x := k.texts[id]; x != nil {
		return x, nil
	}
	x, err := k.s.cache.Article(id)
	return &x.Article, err
}

// help gathers what the rules ask for about args, as the server does.
func (k *knowledge) help(args desk.Args) (h desk.Help) {
	if id := desk.ArticleOf(args); id != "" {
		if _, there := k.articles[id]; there {
			if x, err := k.whole(id); err == nil {
				h.Article = x
			}
		}
		if v, voted := k.votes[id]; voted {
			h.Vote = &v
		}
		if v, seen := k.seen[id]; seen {
			h.Seen = &v
		}
	}
	if id := desk.SectionOf(args, h.Article); id != "" {
		if i := slices.IndexFunc(k.sections, func(x desk.Section) bool { return x.ID == id }); i >= 0 {
			h.Section = &k.sections[i]
		}
	}
	switch a := args.(type) {
	case desk.SettleComment:
		if i := slices.IndexFunc(k.comments, func(c desk.Comment) bool { return c.ID == a.Comment }); i >= 0 {
			h.Comment = &k.comments[i]
		}
	case desk.SaveSection:
		for id := range k.articles {
			if x := k.articles[id]; x.IsLive() && x.Live.Section == a.Section.ID {
				h.Within = append(h.Within, x.Article)
			}
		}
	}
	return h
}

// lay lays what a command will do over what is there. What the rules refuse by now
// changes nothing.
func (k *knowledge) lay(it outbox.Item) {
	args := it.Command.Args
	ch, err := flow.Helps(args, it.Command.ID, k.help(args), k.me, k.place, it.QueuedAt)
	if err != nil {
		return
	}
	id := desk.ArticleOf(args)
	if it.State != outbox.Confirmed && !args.Kind().Marks() {
		k.waits[id] = true
	}
	if x := ch.Article; x != nil {
		k.texts[x.ID] = x
		k.articles[x.ID] = cache.Article{Article: *x, Helped: k.articles[x.ID].Helped, Views: k.articles[x.ID].Views}
		if k.me.Role.Staff() && !x.Shown() { // it is its contributor's again
			delete(k.articles, x.ID)
		}
	}
	delete(k.articles, ch.Gone)
	if s := ch.Section; s != nil {
		k.sections = append(slices.DeleteFunc(k.sections, func(x desk.Section) bool { return x.ID == s.ID }), *s)
	}
	k.sections = slices.DeleteFunc(k.sections, func(x desk.Section) bool { return ch.Dropped != "" && x.ID == ch.Dropped })
	if ch.Vote != nil {
		k.votes[id] = *ch.Vote
	}
	if ch.Seen != nil {
		k.seen[id] = *ch.Seen
	}
	if c := ch.Comment; c != nil {
		k.comments = append(slices.DeleteFunc(k.comments, func(x desk.Comment) bool { return x.ID == c.ID }), *c)
		k.saying[c.ID] = it.State != outbox.Confirmed
	}
	if f := ch.Follow; f != nil {
		k.follows[f.Key()] = string(f.Level)
	}
}

// helpTitle says what a command of the knowledge base is about.
func (s *session) helpTitle(name string, args desk.Args) string {
	title := ""
	switch a := args.(type) {
	case desk.WriteArticle:
		title = a.Writing.Title
	case desk.SaveSection:
		title = a.Section.Name
	default:
		if k, err := s.knowledge(); err == nil {
			if id := desk.ArticleOf(args); id != "" {
				x := k.articles[id]
				w, _ := shownOf(&x.Article, k.me)
				title = w.Title
			}
		}
	}
	if title == "" {
		return name
	}
	return name + " “" + title + "”"
}

// helpPending are the commands of the knowledge base that the lanes do not tell of
// yet, in their order.
func (s *session) helpPending() (out []outbox.Item) {
	s.mu.RLock()
	for _, items := range s.helping {
		out = append(out, items...)
	}
	s.mu.RUnlock()
	slices.SortFunc(out, func(x, y outbox.Item) int {
		return cmp.Or(x.QueuedAt.Compare(y.QueuedAt), cmp.Compare(x.ID, y.ID))
	})
	return out
}

// keepHelping notes what is pending of the knowledge base, as keepSaving does of
// saved views.
func (s *session) keepHelping(id desk.TicketID, items []outbox.Item) {
	var helping []outbox.Item
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, it := range items {
		was := slices.ContainsFunc(s.helping[id], func(x outbox.Item) bool { return x.ID == it.ID })
		if it.Command.Args != nil && it.Command.Args.Kind().Helps() && (it.State.Waiting() || it.State == outbox.Confirmed && was) {
			helping = append(helping, it)
		}
	}
	if s.helping[id] = helping; len(helping) == 0 {
		delete(s.helping, id)
	}
}

// helpArrived is for when lanes told of something: what was confirmed and is among
// it need not be laid over any more. What is followed comes in another lane than
// articles, so that each is looked for.
func (s *session) helpArrived() {
	if len(s.helpPending()) == 0 {
		return
	}
	h, err := s.cache.Help()
	if err != nil {
		return
	}
	follows, err := s.cache.Follows()
	if err != nil {
		return
	}
	me, now := s.me(), s.api.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, items := range s.helping {
		items = slices.DeleteFunc(slices.Clone(items), func(it outbox.Item) bool {
			return it.State == outbox.Confirmed && (now.Sub(it.SettledAt) > longestWay || tells(h, follows, me, it.Command))
		})
		if s.helping[id] = items; len(items) == 0 {
			delete(s.helping, id)
		}
	}
}

// longestWay is for how long what was confirmed is laid over what does not tell of
// it: something newer may have taken its place.
const longestWay = 10 * time.Second

// tells reports whether what is here tells of a command.
func tells(h *cache.Help, follows []desk.Follow, me desk.Actor, cmd desk.Command) bool {
	edited := func(id desk.ArticleID, edit uint64) bool {
		x, there := h.Articles[id]
		return !there && edit > 0 || there && x.EditFor(me) > edit
	}
	switch a := cmd.Args.(type) {
	case desk.WriteArticle:
		return edited(a.Article, a.Edit)
	case desk.MoveArticle:
		return edited(a.Article, a.Edit)
	case desk.VoteArticle:
		v, there := h.Votes[a.Article]
		return there && v.Helpful == (a.Helpful || a.Solved)
	case desk.ReadArticle:
		v, there := h.Seen[a.Article]
		return there && !v.Published.Before(a.Published)
	case desk.CommentArticle:
		_, there := h.Comments[cmd.ID]
		return there
	case desk.SettleComment:
		return !h.Comments[a.Comment].Done.IsZero()
	case desk.SetArticleFollow:
		i := slices.IndexFunc(follows, func(f desk.Follow) bool {
			return (f.What == desk.FollowArticle || f.What == desk.FollowSection) && f.Article == a.Article && f.Section == a.Section
		})
		return i < 0 && a.Level == desk.FollowUsual || i >= 0 && follows[i].Level == a.Level
	case desk.SaveSection:
		i := slices.IndexFunc(h.Sections, func(x desk.Section) bool { return x.ID == a.Section.ID })
		return a.Drop == (i < 0)
	}
	return true
}
