package app

import (
	"errors"

	"docket/app/desk"
	"docket/app/desk/flow"
	"docket/storage/outbox"
)

// helps queues a command of the knowledge base. id stands in a ticket's place, so
// that what is about one article goes in its order.
func (a *API) helps(id string, args desk.Args) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	if !desk.ValidUUID(id) {
		id = newID()
	}
	return s.queue(s.command(desk.TicketID(id), 0, args), laid{}, outbox.Draft{})
}

// helpText is what somebody wrote with a command of the knowledge base.
func helpText(args desk.Args) string {
	switch a := args.(type) {
	case desk.WriteArticle:
		return a.Writing.Text
	case desk.MoveArticle:
		return a.Reason
	case desk.CommentArticle:
		return a.Text
	}
	return ""
}

// unwrite gives what is written of an article back into the hands of its author,
// who goes on from the article as it is now; one that is not there is a new one.
func (s *session) unwrite(a desk.WriteArticle) outbox.Draft {
	w, id, edit := a.Writing, "", uint64(0)
	if x, err := s.cache.Article(a.Article); err == nil {
		id, edit = string(a.Article), x.EditFor(s.me())
	}
	d := outbox.Draft{Key: articleDraft(id), Kind: outbox.DraftArticle, Subject: w.Title, Text: w.Text, Basis: edit, Updated: s.api.now(), Writing: w, Files: w.Files}
	d.Writing.Title, d.Writing.Text, d.Writing.Files = "", "", nil
	return d
}

// mayHelp asks the rules before something is queued.
func (s *session) mayHelp(cmd desk.Command) error {
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	_, err = flow.Helps(cmd.Args, cmd.ID, k.help(cmd.Args), s.me(), s.place(), s.api.now())
	return err
}

// articleDraft names what is written of an article on this computer; "" is a new
// one, of which there is one at a time.
func articleDraft(id string) string { return "article/" + or(id, "new") }

// KeepArticle keeps what somebody writes of an article, on this computer alone, so
// that nothing of it is lost before it is queued. Without a word it is dropped.
func (a *API) KeepArticle(in ArticleDraft) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	if in.ID != "" && !desk.ValidUUID(in.ID) {
		return wrong("draft", "That is not a draft.")
	}
	d := outbox.Draft{
		Key: articleDraft(in.ID), Kind: outbox.DraftArticle, Basis: uint64(max(0, in.Edit)), Updated: s.api.now(),
		Writing: desk.Writing{Section: desk.SectionID(in.Section), Language: in.Language, Tags: in.Tags, Readers: desk.Readers(in.Readers), Org: desk.OrgID(in.Org)},
	}
	if d.Subject, err = line("title", in.Title, maxText); err != nil {
		return err
	}
	if d.Text, err = text("text", in.Text, maxText); err != nil {
		return err
	}
	files, lost := s.filesOfArticle(in) // a text is kept also without them
	if d.Files = files; d.Empty() {
		return errors.Join(lost, s.out.DropDraft(d.Key))
	}
	if err := s.out.PutDraft(d); err != nil {
		return err
	}
	return lost
}

// DropKept throws away what was written of an article on this computer.
func (a *API) DropKept(id string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	return s.out.DropDraft(articleDraft(id))
}

// KeptArticle gives what was written of an article on this computer and not queued;
// null for nothing.
func (a *API) KeptArticle(id string) (*ArticleDraft, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	d, ok := s.out.Draft(articleDraft(id))
	if !ok {
		return nil, nil //nolint:nilnil // nothing was
	}
	w := d.Writing
	return &ArticleDraft{
		ID: id, Edit: int(d.Basis), Section: string(w.Section), Title: d.Subject, Text: d.Text, Language: w.Language, Tags: someTags(w.Tags), Readers: string(w.Readers), Org: string(w.Org), Files: s.fileInfos(d.Files), At: stamp(d.Updated), //nolint:gosec // it was one
	}, nil
}

// WriteArticle queues an article, or what a customer contributes; with send it
// goes for review. It gives the article's id, which is made for a new one.
func (a *API) WriteArticle(in ArticleDraft, send bool) (string, error) {
	s, err := a.session()
	if err != nil {
		return "", err
	}
	w := desk.Writing{
		Section: desk.SectionID(in.Section), Language: in.Language, Tags: in.Tags, Readers: desk.Readers(in.Readers), Org: desk.OrgID(in.Org),
	}
	if w.Files, err = s.filesOfArticle(in); err != nil {
		return "", err
	}
	if w.Title, err = line("title", in.Title, maxText); err != nil {
		return "", err
	}
	if w.Text, err = text("text", in.Text, maxText); err != nil {
		return "", err
	}
	id := in.ID
	if id == "" {
		id = newID()
	}
	if err := a.helps(id, desk.WriteArticle{Article: desk.ArticleID(id), Edit: uint64(max(0, in.Edit)), Writing: w, Send: send}); err != nil {
		return "", err
	}
	return id, a.DropKept(in.ID)
}

// MoveArticle queues a decision on an article as it stood at edit: send, return,
// publish, reviewed, retire or drop.
func (a *API) MoveArticle(id string, edit int, step, reason string) error {
	reason, err := text("reason", reason, maxText)
	if err != nil {
		return err
	}
	return a.helps(id, desk.MoveArticle{Article: desk.ArticleID(id), Edit: uint64(max(0, edit)), Step: desk.ArticleStep(step), Reason: reason})
}

// VoteArticle queues whether an article helped. solved says that no request is
// needed any more.
func (a *API) VoteArticle(id string, helpful, solved bool) error {
	return a.helps(id, desk.VoteArticle{Article: desk.ArticleID(id), Helpful: helpful, Solved: solved})
}

// ReadArticle queues that the person read an article as it is here.
func (a *API) ReadArticle(id string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	x, there := k.articles[desk.ArticleID(id)]
	if !there || !x.IsLive() || !k.seen[x.ID].Published.Before(x.Published) {
		return nil
	}
	return a.helps(id, desk.ReadArticle{Article: x.ID, Published: x.Published})
}

// CommentArticle queues a comment for the team.
func (a *API) CommentArticle(id, words string) error {
	words, err := text("text", words, maxText)
	if err != nil {
		return err
	}
	return a.helps(id, desk.CommentArticle{Article: desk.ArticleID(id), Text: words})
}

// SettleComment queues that the team is done with a comment; ticket is what was
// made of it, "" for none.
func (a *API) SettleComment(comment, ticket string) error {
	return a.helps("", desk.SettleComment{Comment: desk.CommandID(comment), Ticket: desk.TicketID(ticket)})
}

// FollowArticle queues how much the person wants to hear of an article or a
// section: all, digest or "" for nothing more.
func (a *API) FollowArticle(article, section, level string) error {
	return a.helps("", desk.SetArticleFollow{Article: desk.ArticleID(article), Section: desk.SectionID(section), Level: desk.FollowLevel(level)})
}

// SaveSection queues a section as it is to be.
func (a *API) SaveSection(in SectionInfo) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	k, err := s.knowledge()
	if err != nil {
		return err
	}
	x := desk.Section{ID: desk.SectionID(in.ID), Name: in.Name, For: in.For, Readers: desk.Readers(in.Readers), Org: desk.OrgID(in.Org), Rank: rankStep}
	for _, y := range k.sections {
		if y.ID == x.ID {
			x.Rank = y.Rank
			break
		}
		x.Rank = max(x.Rank, y.Rank+rankStep)
	}
	return a.helps("", desk.SaveSection{Section: x})
}

// DropSection queues the end of an empty section.
func (a *API) DropSection(id string) error {
	return a.helps("", desk.SaveSection{Section: desk.Section{ID: desk.SectionID(id)}, Drop: true})
}
