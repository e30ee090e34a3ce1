package flow

import (
	"slices"
	"strings"
	"time"

	"docket/app/desk"
	"docket/app/desk/access"
	"docket/app/desk/policy"
)

// MaxArticleComment is how many bytes a comment on an article has at most.
const MaxArticleComment = 10_000

// Helps decides what a command does in the knowledge base. id is the command's.
func Helps(args desk.Args, id desk.CommandID, h desk.Help, a desk.Actor, place desk.Place, now time.Time) (desk.HelpChange, error) {
	d := helping{h: h, a: a, place: place, now: now.UTC().Truncate(time.Millisecond)}
	switch x := args.(type) {
	case desk.WriteArticle:
		return d.write(x)
	case desk.MoveArticle:
		return d.move(x)
	case desk.VoteArticle:
		return d.vote(x)
	case desk.CommentArticle:
		return d.comment(x, id)
	case desk.SettleComment:
		return d.settle(x)
	case desk.SetArticleFollow:
		return d.follow(x)
	case desk.SaveSection:
		return d.section(x)
	case desk.ReadArticle:
		return d.read(x)
	}
	return desk.HelpChange{}, invalid("", "This change is incomplete.", "Try again; if it stays so, update the program.")
}

type helping struct {
	h     desk.Help
	a     desk.Actor
	place desk.Place
	now   time.Time
}

func (d *helping) write(x desk.WriteArticle) (out desk.HelpChange, err error) {
	was := d.h.Article
	if err := access.MayArticle(d.a, desk.CmdWriteArticle, "", was); err != nil {
		return out, err
	}
	if was == nil && x.Edit != 0 {
		return out, invalid("article", "This article is not there any more.", "Copy the text into a new one.")
	}
	if !desk.ValidUUID(string(x.Article)) {
		return out, invalid("article", "That is not an article.", "Save it again.")
	}
	art := desk.Article{ID: x.Article, By: d.a.Person, ByName: d.a.Name, Created: d.now}
	if was != nil {
		if art = *was; art.EditFor(d.a) != x.Edit {
			return out, d.changed(art)
		}
	}
	w, err := d.writing(x.Writing)
	if err != nil {
		return out, err
	}
	if x.Send && strings.TrimSpace(w.Text) == "" {
		return out, empty()
	}
	art.Edit++
	if d.a.Role.Staff() {
		art.Draft = &desk.Drafted{Writing: w, By: d.a.Person, ByName: d.a.Name, At: d.now, Sent: x.Send}
	} else {
		art.Contributed = &desk.Contribution{Edit: x.Edit + 1, Title: w.Title, Text: w.Text, Section: w.Section, Files: w.Files, At: d.now, Sent: x.Send}
		if x.Send {
			art.Draft = &desk.Drafted{Writing: w, By: d.a.Person, ByName: d.a.Name, At: d.now, Sent: true}
		}
	}
	return desk.HelpChange{Article: &art}, nil
}

func empty() *desk.Error {
	return invalid("text", "The article has no text.", "Write what helps, then send it.")
}

// changed says that somebody was faster. The text stays with its author.
func (d *helping) changed(art desk.Article) error {
	current, who := art.Live.Title, ""
	if art.Draft != nil {
		current, who = art.Draft.Title, art.Draft.ByName
	}
	if !d.a.Role.Staff() || who == "" {
		return conflict("article", "The article was changed in the meantime. What you wrote is kept.", current)
	}
	return conflict("article", "{who} changed the article in the meantime. What you wrote is kept.", current).With("who", who)
}

// writing brings what somebody wrote into the form in which it is kept.
func (d *helping) writing(w desk.Writing) (desk.Writing, error) {
	var err error
	if w.Title, err = checkLine("title", "title", w.Title, MaxSubject); err != nil {
		return w, err
	}
	if w.Title == "" {
		return w, invalid("title", "The article has no title.", "Write one in the words of somebody who looks for it.")
	}
	if w.Text, err = checkText("text", w.Text); err != nil {
		return w, err
	}
	if w.Language == "" { // a first guess; its author can say otherwise
		w.Language = policy.Language(w.Title + "\n" + w.Text)
	}
	if w.Files, err = checkFiles(w.Files); err != nil {
		return w, err
	}
	if w.Section != "" && !access.CanReadSection(d.a, d.h.Section) {
		return w, invalid("section", "There is no such section.", "Choose one that is there.")
	}
	if !d.a.Role.Staff() {
		return desk.Writing{Section: w.Section, Title: w.Title, Text: w.Text, Language: policy.Language(w.Title + "\n" + w.Text), Files: w.Files, Readers: desk.ReadersStaff}, nil
	}
	if w.Tags, err = checkTags(w.Tags); err != nil {
		return w, err
	}
	slices.Sort(w.Tags)
	if w.Tags = slices.Compact(w.Tags); len(w.Tags) > desk.MaxTags {
		return w, invalid("tags", "There are {n} tags; an article can have {most}.", "Remove some first.").With("n", len(w.Tags), "most", desk.MaxTags)
	}
	if w.Language != "" && desk.LanguageName(w.Language) == "" {
		return w, invalid("language", "That is no language Docket knows.", "Choose one of those offered.")
	}
	return w, d.readers(&w.Readers, w.Org)
}

// readers checks whom something is for; who says nothing means the team.
func (d *helping) readers(r *desk.Readers, org desk.OrgID) error {
	switch *r {
	case "":
		*r = desk.ReadersStaff
	case desk.ReadersPublic, desk.ReadersCustomers, desk.ReadersStaff, desk.ReadersOrg:
	default:
		return invalid("readers", "It does not say whom it is for.", "Choose everybody, customers, one organization or the team.")
	}
	_, there := d.place.Orgs[org]
	switch {
	case *r != desk.ReadersOrg && org != "":
		return invalid("org", "It is not for one organization.", "Choose that it is, or name none.")
	case *r == desk.ReadersOrg && !there:
		return invalid("org", "There is no such organization.", "Choose the one it is for.")
	}
	return nil
}

func (d *helping) move(x desk.MoveArticle) (out desk.HelpChange, err error) {
	if err := access.MayArticle(d.a, desk.CmdMoveArticle, x.Step, d.h.Article); err != nil {
		return out, err
	}
	art := *d.h.Article
	if art.EditFor(d.a) != x.Edit {
		return out, d.changed(art)
	}
	why, err := checkLine("reason", "reason", x.Reason, MaxReason)
	if err != nil {
		return out, err
	}
	art.Edit++
	out.Article = &art
	switch x.Step {
	case desk.StepPublish:
		out.Was, err = d.publish(&art, why)
	case desk.StepSend:
		err = send(&art)
	case desk.StepReturn:
		err = sendBack(&art, why)
	case desk.StepReviewed:
		if !art.IsLive() {
			return out, invalid("step", "Nothing of this article is published.", "Publish it first.")
		}
		art.Reviewed = d.now
	case desk.StepRetire:
		if !art.IsLive() {
			return out, invalid("step", "Nothing of this article is published.", "Publish it first.")
		}
		art.Retired, art.Why = d.now, why
	case desk.StepDrop:
		return drop(art)
	default:
		return out, invalid("step", "There is no such step.", "Choose one of those offered.")
	}
	return out, err
}

// publish gives the draft to its readers and what they had until now.
func (d *helping) publish(art *desk.Article, changed string) (*desk.Earlier, error) {
	switch {
	case art.Draft == nil && art.Retired.IsZero():
		return nil, invalid("step", "There is nothing new to publish.", "Change the article first.")
	case art.Draft == nil: // it comes back as it was
		art.Retired, art.Reviewed, art.Why = time.Time{}, d.now, ""
		return nil, d.placed(art.Live)
	case strings.TrimSpace(art.Draft.Text) == "":
		return nil, empty()
	}
	if err := d.placed(art.Draft.Writing); err != nil {
		return nil, err
	}
	var was *desk.Earlier
	if !art.Published.IsZero() {
		if !d.now.After(art.Published) {
			d.now = art.Published.Add(time.Millisecond) // each has a time of its own
		}
		was = &desk.Earlier{Article: art.ID, Live: art.Live, Published: art.Published, By: art.PublishedBy, Changed: art.Changed, Until: d.now}
		art.Was = append(slices.Clone(art.Was), art.Published)
		art.Was = art.Was[max(0, len(art.Was)-desk.MaxEarlier):]
	}
	art.Live, art.Draft = art.Draft.Writing, nil
	art.Published, art.PublishedBy, art.Changed = d.now, d.a.Person, changed
	art.Reviewed, art.Retired, art.Why = d.now, time.Time{}, ""
	return was, nil
}

// placed refuses readers who may not know the section they find it in.
func (d *helping) placed(w desk.Writing) error {
	switch {
	case w.Section == "":
		return invalid("section", "The article is in no section.", "Choose where its readers look for it.")
	case d.h.Section == nil:
		return invalid("section", "Its section is not there any more.", "Choose another one.")
	case !access.Within(w, *d.h.Section):
		return invalid("readers", "The article is for more people than its section “{section}”.", "Choose another section, or fewer readers.").With("section", d.h.Section.Name)
	}
	return d.readers(&w.Readers, w.Org)
}

func send(art *desk.Article) error {
	switch {
	case art.Draft == nil:
		return invalid("step", "There is nothing new to send.", "Change the article first.")
	case strings.TrimSpace(art.Draft.Text) == "":
		return empty()
	}
	draft := *art.Draft
	draft.Sent = true
	art.Draft = &draft
	return nil
}

// sendBack has a draft be its author's again. What a customer wrote is theirs as
// they wrote it, and the team's changes to it go.
func sendBack(art *desk.Article, why string) error {
	switch {
	case art.Draft == nil || !art.Draft.Sent:
		return invalid("step", "Nothing of this article waits for review.", "Look at it as it is now.")
	case why == "":
		return invalid("reason", "There is no reason.", "Say what is missing; who wrote it reads that.")
	}
	if art.Contributed != nil && art.Contributed.Sent && art.Published.IsZero() {
		c := *art.Contributed
		c.Edit, c.Sent, c.Reason = c.Edit+1, false, why
		art.Contributed, art.Draft = &c, nil
		return nil
	}
	draft := *art.Draft
	draft.Sent = false
	art.Draft, art.Why = &draft, why
	return nil
}

// drop takes the draft away, and the article where there was nothing else. What
// somebody contributed goes back to them.
func drop(art desk.Article) (out desk.HelpChange, err error) {
	switch {
	case art.Draft == nil && art.Contributed != nil && !art.Contributed.Sent && art.Published.IsZero(): // its author's
		return desk.HelpChange{Gone: art.ID}, nil
	case art.Draft == nil:
		return out, invalid("step", "There is no draft of this article.", "Look at it as it is now.")
	case art.Contributed != nil && art.Published.IsZero():
		return out, invalid("step", "A customer contributed this.", "Send it back to them with a reason.")
	case art.Published.IsZero():
		return desk.HelpChange{Gone: art.ID}, nil
	}
	art.Draft = nil
	return desk.HelpChange{Article: &art}, nil
}

func (d *helping) vote(x desk.VoteArticle) (out desk.HelpChange, err error) {
	if err := access.MayArticle(d.a, desk.CmdVoteArticle, "", d.h.Article); err != nil {
		return out, err
	}
	v := desk.Vote{Article: x.Article, Person: d.a.Person, Helpful: x.Helpful || x.Solved, Solved: x.Solved, At: d.now}
	if was := d.h.Vote; was != nil {
		v.Solved = v.Solved || was.Solved && v.Helpful
		if was.Helpful == v.Helpful && was.Solved == v.Solved {
			return out, nil // said before
		}
	}
	return desk.HelpChange{Vote: &v}, nil
}

// read keeps what of an article somebody read. Who read what they have no more, or
// an older text than before, has not to hear of it. A customer counts once, and for
// what they contributed themselves never.
func (d *helping) read(x desk.ReadArticle) (out desk.HelpChange, err error) {
	art, was := d.h.Article, d.h.Seen
	if d.a.Person == "" || !art.IsLive() || !access.CanReadArticle(d.a, art) {
		return out, nil
	}
	at := x.Published.UTC()
	if at.IsZero() || at.After(art.Published) {
		at = art.Published
	}
	if was != nil && !at.After(was.Published) {
		return out, nil
	}
	out.Seen = &desk.Seen{Article: art.ID, Published: at, At: d.now}
	out.Viewed = was == nil && d.a.Role == desk.Customer && art.By != d.a.Person
	return out, nil
}

func (d *helping) comment(x desk.CommentArticle, id desk.CommandID) (out desk.HelpChange, err error) {
	if err := access.MayArticle(d.a, desk.CmdCommentArticle, "", d.h.Article); err != nil {
		return out, err
	}
	text, err := checkText("text", x.Text)
	switch {
	case err != nil:
		return out, err
	case strings.TrimSpace(text) == "":
		return out, invalid("text", "The comment is empty.", "Write what is wrong or missing.")
	case len(text) > MaxArticleComment:
		return out, tooLarge("text", "The comment is {long} long; it can have {most}.", "Ask about it instead; a request can have more.").With("long", kilobytes(len(text)), "most", kilobytes(MaxArticleComment))
	}
	return desk.HelpChange{Comment: &desk.Comment{ID: id, Article: x.Article, By: d.a.Person, ByName: d.a.Name, At: d.now, Text: text}}, nil
}

func (d *helping) settle(x desk.SettleComment) (out desk.HelpChange, err error) {
	if err := access.Can(d.a, nil, desk.CmdSettleComment); err != nil {
		return out, err
	}
	switch was := d.h.Comment; {
	case was == nil || was.ID != x.Comment:
		return out, invalid("comment", "There is no such comment any more.", "Look at the article as it is now.")
	case x.Ticket != "" && !desk.ValidUUID(string(x.Ticket)):
		return out, invalid("ticket", "That is not a ticket.", "Open the ticket first.")
	case !was.Done.IsZero():
		return out, nil
	default:
		c := *was
		c.Done, c.Ticket = d.now, x.Ticket
		return desk.HelpChange{Comment: &c}, nil
	}
}

func (d *helping) follow(x desk.SetArticleFollow) (out desk.HelpChange, err error) {
	f := desk.Follow{What: desk.FollowArticle, Article: x.Article, Level: x.Level}
	if x.Section != "" {
		f = desk.Follow{What: desk.FollowSection, Section: x.Section, Level: x.Level}
	}
	switch {
	case (x.Article == "") == (x.Section == ""):
		return out, invalid("what", "It does not say what is followed.", "Follow an article, or a section.")
	case x.Level == desk.FollowUsual: // what is not there can be let go, too
		return desk.HelpChange{Follow: &f}, nil
	case x.Level != desk.FollowAll && x.Level != desk.FollowDigest:
		return out, invalid("level", "There is no such level.", "Choose at once, or once a day.")
	case f.What == desk.FollowSection && !access.CanReadSection(d.a, d.h.Section):
		return out, invalid("section", "There is no such section.", "Choose one that is there.")
	case f.What == desk.FollowArticle:
		if err := access.MayArticle(d.a, desk.CmdFollowArticle, "", d.h.Article); err != nil {
			return out, err
		}
	}
	return desk.HelpChange{Follow: &f}, nil
}

func (d *helping) section(x desk.SaveSection) (out desk.HelpChange, err error) {
	if err := access.Can(d.a, nil, desk.CmdSaveSection); err != nil {
		return out, err
	}
	s := x.Section
	if !desk.ValidSlug(string(s.ID)) {
		return out, invalid("section", "A section’s short name has small letters, digits and hyphens.", "Choose another one.")
	}
	if x.Drop {
		if len(d.h.Within) > 0 {
			return out, invalid("section", "There are {n, plural, one {# article} other {# articles}} in this section.", "Move or retire them first.").With("n", len(d.h.Within))
		}
		return desk.HelpChange{Dropped: s.ID}, nil
	}
	if s.Name, err = checkLine("name", "name", s.Name, desk.MaxViewName); err != nil {
		return out, err
	}
	if s.Name == "" {
		return out, invalid("name", "The section has no name.", "Write a short one.")
	}
	if s.For, err = checkLine("for", "description", s.For, MaxSubject); err != nil {
		return out, err
	}
	if err := d.readers(&s.Readers, s.Org); err != nil {
		return out, err
	}
	for _, art := range d.h.Within {
		if !access.Within(art.Live, s) {
			return out, invalid("readers", "“{title}” in this section is for more people than that.", "Change that article first.").With("title", art.Live.Title)
		}
	}
	return desk.HelpChange{Section: &s}, nil
}

// openTried keeps which articles did not help. What is named and not there says
// nothing, and is told to nobody it is not for.
func (d *decision) openTried(a desk.Open) error {
	if len(a.Tried) > desk.MaxTried || slices.ContainsFunc(a.Tried, func(id desk.ArticleID) bool { return !desk.ValidUUID(string(id)) }) {
		return invalid("tried", "Those are no articles.", "Send the request without them.")
	}
	d.t.Tried = slices.Clone(a.Tried)
	return nil
}
