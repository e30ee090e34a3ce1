package app

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/notify"
)

// digestEvery is how often what is followed once a day is told.
const digestEvery = 24 * time.Hour

const metaHelpTold = "helptold"

// helpTold is how far this computer has told of what was published: of each
// article up to when it was, in milliseconds since 1970, as lanes come one after
// the other and the older article may come last; of one it never had before, since
// Since. At DigestAt by this computer's clock it told of the rest.
type helpTold struct {
	Since    time.Time                `json:"since"`
	Told     map[desk.ArticleID]int64 `json:"told,omitempty"`
	DigestAt time.Time                `json:"digest_at"`
	// Mine is how far what the person contributed was when that was last told.
	Mine map[desk.ArticleID]desk.ArticleState `json:"mine,omitempty"`
}

func (h helpTold) same(x helpTold) bool {
	return h.Since.Equal(x.Since) && h.DigestAt.Equal(x.DigestAt) && maps.Equal(h.Told, x.Told) && maps.Equal(h.Mine, x.Mine)
}

// knows reports whether what is published of an article was told, or need not be.
func (h helpTold) knows(x *desk.Article) bool {
	if told, there := h.Told[x.ID]; there {
		return x.Published.UnixMilli() <= told
	}
	return !x.Published.After(h.Since)
}

// articlesChanged tells of articles the person follows that were published since
// it last told of any: at once, or together once a day. The first copy of the
// knowledge base tells nothing.
func (t *teller) articlesChanged() {
	k, err := t.s.knowledge()
	if err != nil {
		return
	}
	if !t.helpRead {
		t.helpRead = true
		if b, err := t.s.cache.Meta(metaHelpTold); err == nil {
			_ = json.Unmarshal(b, &t.help) // what cannot be read begins anew
		}
	}
	was := t.help
	news, next := changedOf(k, was)
	var mine []notify.Notice
	mine, next.Mine = contributedOf(k, was.Mine)
	if news = append(news, mine...); next.same(was) {
		return
	}
	t.help = next
	t.s.api.begin(func() { // not here, where a commit may be what is told of
		if b, err := json.Marshal(next); err == nil {
			if err := t.s.cache.SetMeta(metaHelpTold, b); err != nil {
				t.s.api.deps.Log.Warn("keep what was told of articles", "err", err)
			}
		}
	})
	if len(news) > 0 {
		t.s.notice(false, news...)
	}
}

// changedOf gives what is to be told of articles, and how far that is.
func changedOf(k *knowledge, was helpTold) (news []notify.Notice, next helpTold) {
	next = was
	next.Told = maps.Clone(was.Told)
	if next.Told == nil {
		next.Told = map[desk.ArticleID]int64{}
	}
	first := was.Since.IsZero() // what is here by now is not news
	if first {
		next.Since, next.DigestAt = k.now, k.now
	}
	now, daily := notify.Notice{Kind: notify.Changed}, notify.Notice{Kind: notify.Changed}
	digest := k.now.Sub(next.DigestAt) >= digestEvery
	for id := range k.articles {
		x := k.articles[id]
		if !x.IsLive() || next.knows(&x.Article) {
			continue
		}
		level := k.follows[desk.Follow{What: desk.FollowArticle, Article: id}.Key()]
		if level == "" {
			level = k.follows[desk.Follow{What: desk.FollowSection, Section: x.Live.Section}.Key()]
		}
		to := &now
		switch {
		case first || x.PublishedBy == k.me.Person && k.me.Person != "" || level == "":
			to = nil
		case level == string(desk.FollowDigest) && !digest:
			continue
		case level == string(desk.FollowDigest):
			to = &daily
		}
		next.Told[id] = x.Published.UnixMilli()
		if to == nil {
			continue
		}
		to.Articles++
		to.All = append(to.All, id)
	}
	if digest {
		next.DigestAt = k.now
	}
	for _, n := range []notify.Notice{now, daily} {
		if n.Articles > 0 {
			news = append(news, k.named(n))
		}
	}
	return news, next
}

// named says of articles that changed which they are, the newest first, and what is
// new in each, by its author.
func (k *knowledge) named(n notify.Notice) notify.Notice {
	slices.SortFunc(n.All, func(a, b desk.ArticleID) int {
		return cmp.Or(k.articles[b].Published.Compare(k.articles[a].Published), cmp.Compare(a, b))
	})
	n.All = n.All[:min(len(n.All), notify.MostChanged)]
	first := k.articles[n.All[0]]
	n.Article, n.At, n.Subject = first.ID, first.Published, first.Live.Title
	lines := []string{first.Changed}
	for _, id := range n.All[1:] {
		x := k.articles[id]
		lines = append(lines, joinedBy(": ", x.Live.Title, x.Changed))
	}
	n.Text = joinedBy("\n", lines...)
	return n
}

// joinedBy joins what is not empty.
func joinedBy(with string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), with)
}

// contributedOf gives what became of what the person contributed: that it was
// published, or came back. What they did themselves they are not told.
func contributedOf(k *knowledge, was map[desk.ArticleID]desk.ArticleState) (news []notify.Notice, next map[desk.ArticleID]desk.ArticleState) {
	if k.me.Role.Staff() {
		return nil, nil
	}
	for id := range k.articles {
		x := k.articles[id]
		if x.Contributed == nil {
			continue
		}
		if next == nil {
			next = map[desk.ArticleID]desk.ArticleState{}
		}
		state := access.OwnArticle(&x.Article, k.me, desk.Tally{}).State
		next[id] = state
		back := state == desk.ArticleDraft && x.Contributed.Reason != ""
		if was[id] == desk.ArticleReview && (back || state == desk.ArticlePublished) {
			news = append(news, notify.Notice{Kind: notify.Contributed, Article: id, Articles: 1, Subject: x.Contributed.Title, Back: back, At: k.now, Mine: back})
		}
	}
	return news, next
}

// ArticleNews is an article that changed, and what is new in it.
type ArticleNews struct {
	Article string `json:"article"`
	Title   string `json:"title"`
	Changed string `json:"changed"`
}

// newsOf says of articles what is new in them, as far as the person has them; what
// was told keeps no text.
func (s *session) newsOf() func([]desk.ArticleID) []ArticleNews {
	var k *knowledge
	return func(ids []desk.ArticleID) []ArticleNews {
		out := []ArticleNews{}
		if k == nil && len(ids) > 0 {
			var err error
			if k, err = s.knowledge(); err != nil {
				return out
			}
		}
		for _, id := range ids {
			if x, there := k.articles[id]; there && x.IsLive() {
				out = append(out, ArticleNews{Article: string(id), Title: x.Live.Title, Changed: x.Changed})
			}
		}
		return out
	}
}
