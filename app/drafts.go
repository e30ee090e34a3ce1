package app

import (
	"strings"

	"docket/app/desk"
	"docket/storage/outbox"
)

func draftKey(id desk.TicketID, kind outbox.DraftKind) string {
	return "ticket/" + string(id) + "/" + string(kind)
}

// validKey reports whether key is one of "ticket/<id>/reply", "ticket/<id>/note"
// and "new/<uuid>".
func validKey(key string) bool {
	if id, ok := strings.CutPrefix(key, "new/"); ok {
		return desk.ValidUUID(id)
	}
	rest, ok := strings.CutPrefix(key, "ticket/")
	id, kind, cut := strings.Cut(rest, "/")
	return ok && cut && desk.ValidUUID(id) && (kind == string(outbox.DraftReply) || kind == string(outbox.DraftNote))
}

// SaveDraft keeps a text that is not sent yet. It never waits for anything but
// the disk.
func (a *API) SaveDraft(d Draft) (Draft, error) {
	s, err := a.session()
	if err != nil {
		return Draft{}, err
	}
	kept, err := s.draftOf(d)
	if err != nil {
		return Draft{}, err
	}
	_, had := s.out.Draft(kept.Key)
	has := !kept.Empty()
	switch {
	case has:
		err = s.out.PutDraft(kept)
	case had:
		err = s.out.DropDraft(kept.Key)
	}
	if err != nil {
		return Draft{}, err
	}
	if had != has && kept.Ticket != "" {
		s.tell.moved([]desk.TicketID{kept.Ticket})
	}
	return s.viewDraft(kept), nil
}

// articleIDs keeps what are ids, and of those as many as a request brings along.
func articleIDs(ids []string) (out []desk.ArticleID) {
	for _, id := range ids {
		if desk.ValidUUID(id) && len(out) < desk.MaxTried {
			out = append(out, desk.ArticleID(id))
		}
	}
	return out
}

// draftOf checks a draft of the page. Department, people and the like are kept
// as they are chosen so far; only sending asks for all of them.
func (s *session) draftOf(d Draft) (outbox.Draft, error) {
	out := outbox.Draft{Kind: outbox.DraftKind(d.Kind), Private: d.Private, Updated: s.api.now()}
	var err error
	switch out.Kind {
	case outbox.DraftReply, outbox.DraftNote:
		if out.Ticket, err = ticketID(d.Ticket); err != nil {
			return out, err
		}
		out.Key = draftKey(out.Ticket, out.Kind)
	case outbox.DraftNew:
		if out.Key = d.Key; out.Key == "" {
			out.Key = "new/" + newID()
		}
		if !validKey(out.Key) || !strings.HasPrefix(out.Key, "new/") {
			return out, wrong("draft", "That is not a draft.")
		}
	default:
		return out, wrong("draft", "That is not a draft.")
	}
	if out.Text, err = text("text", d.Text, maxText); err != nil {
		return out, err
	}
	if out.Subject, err = line("subject", d.Subject, maxReason); err != nil {
		return out, err
	}
	if out.Urgency, err = urgency(d.Urgency); err != nil {
		return out, err
	}
	if out.Type, err = kindOf(d.Type); err != nil {
		return out, err
	}
	if out.Claim, err = claimOf(d.Claim); err != nil {
		return out, err
	}
	if out.Topic, out.Filled, err = filed(d.Filed); err != nil {
		return out, err
	}
	var need desk.Open
	if err := wanted(d.Wanted, &need); err == nil { // what is half chosen is chosen again
		out.NeededBy, out.Expedite, out.Approver = need.NeededBy, need.Expedite, need.Approver
	}
	if out.CCs, err = people("ccs", d.CCs); err != nil {
		return out, err
	}
	if out.Refs, err = references(d.Refs); err != nil {
		return out, err
	}
	if desk.ValidSlug(d.Entitlement) {
		out.Entitlement = desk.EntitlementID(d.Entitlement)
	}
	if out.Release, err = line("release", d.Release, maxReason); err != nil {
		return out, err
	}
	if desk.ValidUUID(d.Recurs) {
		out.Recurs = desk.TicketID(d.Recurs)
	}
	out.Tried = articleIDs(d.Tried)
	if desk.ValidSlug(d.Department) {
		out.Department = desk.DeptID(d.Department)
	}
	if desk.ValidSlug(d.Org) {
		out.Org = desk.OrgID(d.Org)
	}
	var hashes []string
	for _, f := range d.Files {
		hashes = append(hashes, f.Hash)
	}
	if out.Files, err = s.attachments(hashes, out.Key); err != nil {
		return out, err
	}
	var with desk.Reply
	if err := beside(d.Beside, &with); err != nil {
		return out, err
	}
	out.Asks, out.Answers, out.Refers, out.Corrects, out.Then, out.Also = with.Asks, with.Answers, with.Refers, with.Corrects, with.Then, with.Also
	out.Basis = uint64(max(d.Basis, 0)) //nolint:gosec // not negative
	if old, ok := s.out.Draft(out.Key); ok {
		out.Requester, out.Mentions = old.Requester, old.Mentions
	}
	return out, nil
}

// Drafts gives every text not sent yet.
func (a *API) Drafts() ([]Draft, error) {
	s, err := a.session()
	if err != nil {
		return nil, err
	}
	out := []Draft{}
	for _, d := range s.out.Drafts() {
		if d.Kind == outbox.DraftArticle {
			continue // stands in Help
		}
		out = append(out, s.viewDraft(d))
	}
	return out, nil
}

// DropDraft throws a draft away.
func (a *API) DropDraft(key string) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	if !validKey(key) {
		return wrong("draft", "That is not a draft.")
	}
	d, had := s.out.Draft(key)
	if err := s.out.DropDraft(key); err != nil {
		return err
	}
	if had && d.Ticket != "" {
		s.tell.moved([]desk.TicketID{d.Ticket})
	}
	return nil
}

func (s *session) draftView(key string) *Draft {
	d, ok := s.out.Draft(key)
	if !ok {
		return nil
	}
	v := s.viewDraft(d)
	return &v
}

func (s *session) viewDraft(d outbox.Draft) Draft {
	return Draft{
		Key: d.Key, Ticket: string(d.Ticket), Kind: string(d.Kind), Text: d.Text, Subject: d.Subject, Department: string(d.Department),
		Urgency: string(d.Urgency), Type: string(d.Type), Claim: viewClaim(d.Claim), Org: string(d.Org), Private: d.Private, CCs: strs(d.CCs), Refs: refs(d.Refs),
		Files: s.fileInfos(d.Files), Basis: int(d.Basis), Updated: stamp(d.Updated), //nolint:gosec // small
		Beside: viewBeside(d), Recurs: string(d.Recurs), Tried: strs(d.Tried), Entitlement: string(d.Entitlement), Release: d.Release, Filed: viewFiled(d), Wanted: Wanted{NeededBy: d.NeededBy, Expedite: d.Expedite, Approver: string(d.Approver)},
	}
}
