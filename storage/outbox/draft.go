package outbox

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"docket/app/desk"
)

// DraftKind is what a draft will become.
type DraftKind string

// The kinds of draft.
const (
	DraftReply DraftKind = "reply"
	DraftNote  DraftKind = "note"
	DraftNew   DraftKind = "new"
	// DraftArticle is what somebody writes of an article.
	DraftArticle DraftKind = "article"
)

// Draft is what a person is writing. Keys are "ticket/<id>/reply",
// "ticket/<id>/note" and "new/<uuid>", and "article/<id>" or "article/new".
type Draft struct {
	Key        string        `json:"key"`
	Ticket     desk.TicketID `json:"ticket,omitempty"`
	Kind       DraftKind     `json:"kind"`
	Text       string        `json:"text,omitempty"`
	Subject    string        `json:"subject,omitempty"`
	Department desk.DeptID   `json:"department,omitempty"`
	Urgency    desk.Urgency  `json:"urgency,omitempty"`
	Type       desk.Type     `json:"type,omitempty"`
	Claim      desk.Claim    `json:"claim,omitzero"`
	Topic      desk.TopicID  `json:"topic,omitempty"`
	Filled     desk.Filled   `json:"filled,omitzero"`
	// NeededBy, Expedite and Approver are those of the request it will be.
	NeededBy  string            `json:"needed_by,omitempty"`
	Expedite  bool              `json:"expedite,omitempty"`
	Approver  desk.PersonID     `json:"approver,omitempty"`
	Org       desk.OrgID        `json:"org,omitempty"`
	Private   bool              `json:"private,omitempty"`
	Requester desk.PersonID     `json:"requester,omitempty"`
	Refs      []desk.Reference  `json:"refs,omitempty"`
	CCs       []desk.PersonID   `json:"ccs,omitempty"`
	Mentions  []desk.PersonID   `json:"mentions,omitempty"`
	Files     []desk.Attachment `json:"files,omitempty"`
	// Recurs is the earlier ticket a new one follows on.
	Recurs desk.TicketID `json:"recurs,omitempty"`
	// Tried are articles that did not help.
	Tried []desk.ArticleID `json:"tried,omitempty"`
	// Entitlement and Release are what a new one is opened under.
	Entitlement desk.EntitlementID `json:"entitlement,omitempty"`
	Release     string             `json:"release,omitempty"`
	// Asks and Answers go along with a reply.
	Asks    []desk.NewAsk `json:"asks,omitempty"`
	Answers []desk.Answer `json:"answers,omitempty"`
	// Refers and Corrects are those of the reply it will be.
	Refers   uint64 `json:"refers,omitempty"`
	Corrects bool   `json:"corrects,omitempty"`
	// Then and Also are what happens with that reply.
	Then desk.Status `json:"then,omitempty"`
	Also desk.Also   `json:"also,omitzero"`
	// Basis is the newest Seq the author had seen when it was begun or last
	// shown beside the conversation.
	Basis   uint64    `json:"basis,omitempty"`
	Updated time.Time `json:"updated"`
	// Writing is the article's beside its title and text, which stand above; Basis
	// is its Edit.
	Writing desk.Writing `json:"writing,omitzero"`
}

// Empty reports whether nobody wrote anything into it.
func (d Draft) Empty() bool {
	return d.Text == "" && d.Subject == "" && len(d.Files)+len(d.Asks)+len(d.Answers)+len(d.Filled.Answers) == 0
}

// How much of the past of drafts is kept: so many versions of each, a version
// at most so often unless much was deleted, and a dropped draft for so long.
const (
	keptVersions  = 20
	versionStep   = time.Minute
	keptDroppedBy = 30 * 24 * time.Hour
)

// draftRecord is one change of the drafts: a version put, or the key dropped.
// With Keep the version before stays whatever its age.
type draftRecord struct {
	Put  *Draft    `json:"put,omitempty"`
	Keep bool      `json:"keep,omitempty"`
	Drop string    `json:"drop,omitempty"`
	At   time.Time `json:"at"`
}

// kept is a draft's key with its versions, newest last. The last one is the
// draft itself unless it was dropped.
type kept struct {
	versions []Draft
	dropped  time.Time
}

// put adds a version. The one before stays only if it is worth coming back
// to: some time older than what is kept already, or much longer than the new,
// or if keep says so. What was dropped is always worth it.
func (k *kept) put(d Draft, keep bool) {
	keep = keep || !k.dropped.IsZero()
	k.dropped = time.Time{}
	n := len(k.versions)
	if n >= 2 && !keep {
		last, before := k.versions[n-1], k.versions[n-2]
		shrunk := len(d.Text) < len(last.Text)/2
		if last.Updated.Sub(before.Updated) < versionStep && !shrunk {
			k.versions = k.versions[:n-1]
		}
	}
	k.versions = append(k.versions, d)
	if len(k.versions) > keptVersions+1 {
		k.versions = slices.Delete(k.versions, 0, len(k.versions)-keptVersions-1)
	}
}

func (o *Outbox) applyDraft(r draftRecord) {
	switch {
	case r.Put != nil:
		k := o.drafts[r.Put.Key]
		if k == nil {
			k = &kept{}
			o.drafts[r.Put.Key] = k
		}
		k.put(*r.Put, r.Keep)
	case o.drafts[r.Drop] != nil:
		o.drafts[r.Drop].dropped = r.At
	}
}

// writeDraft makes a change of the drafts durable, after those that were to be
// before it, and then applies it. The caller holds drafting.
func (o *Outbox) writeDraft(r draftRecord) error {
	if err := o.writeDrops(); err != nil {
		return err
	}
	if err := o.appendDraft(r); err != nil {
		return err
	}
	o.mu.Lock()
	o.applyDraft(r)
	o.mu.Unlock()
	return o.compactDrafts(false)
}

func (o *Outbox) appendDraft(r draftRecord) error {
	b, err := o.cfg.Codec.Marshal(r)
	if err != nil {
		return fmt.Errorf("encode draft: %w", err)
	}
	if o.draftLog.broken != nil && !errors.Is(o.draftLog.broken, errClosed) {
		if err := o.compactDrafts(true); err != nil {
			return fault(err)
		}
	}
	return fault(o.draftLog.append(b))
}

// writeDrops brings to the disk what DropSentDraft left. The caller holds
// drafting.
func (o *Outbox) writeDrops() error {
	for len(o.drops) > 0 {
		if err := o.appendDraft(o.drops[0]); err != nil {
			return err
		}
		o.drops = o.drops[1:]
	}
	return nil
}

// PutDraft stores a draft durably; earlier versions are kept. Updated is set
// to now when it is zero.
func (o *Outbox) PutDraft(d Draft) error { return o.putDraft(d, false) }

// TakeDraft stores an earlier version as the present one, and what was there
// before it stays a version, so that taking can be taken back.
func (o *Outbox) TakeDraft(d Draft) error { return o.putDraft(d, true) }

func (o *Outbox) putDraft(d Draft, keep bool) error {
	o.drafting.Lock()
	defer o.drafting.Unlock()
	if d.Key == "" {
		return &desk.Error{Code: desk.CodeInvalid, Message: "A draft needs a name to be kept under."}
	}
	if d.Updated.IsZero() {
		d.Updated = o.cfg.Now()
	}
	return o.writeDraft(draftRecord{Put: &d, Keep: keep, At: o.cfg.Now()})
}

// Draft gives the newest version of a draft that was not dropped.
func (o *Outbox) Draft(key string) (Draft, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	k := o.drafts[key]
	if k == nil || !k.dropped.IsZero() {
		return Draft{}, false
	}
	return k.versions[len(k.versions)-1], true
}

// Drafts gives every draft, the last written first.
func (o *Outbox) Drafts() []Draft {
	o.mu.Lock()
	defer o.mu.Unlock()
	var ds []Draft
	for _, k := range o.drafts {
		if k.dropped.IsZero() {
			ds = append(ds, k.versions[len(k.versions)-1])
		}
	}
	slices.SortFunc(ds, func(a, b Draft) int {
		return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(a.Key, b.Key))
	})
	return ds
}

// Versions gives the kept versions of a draft, newest first, the present one
// included; also those of a draft that was dropped.
func (o *Outbox) Versions(key string) []Draft {
	o.mu.Lock()
	defer o.mu.Unlock()
	k := o.drafts[key]
	if k == nil {
		return nil
	}
	ds := slices.Clone(k.versions)
	slices.Reverse(ds)
	return ds
}

// Ended gives the last version of every draft of a kind that was dropped and is
// still kept, the newest first.
func (o *Outbox) Ended(kind DraftKind) []Draft {
	o.mu.Lock()
	defer o.mu.Unlock()
	var ds []Draft
	for _, k := range o.drafts {
		if d := k.versions[len(k.versions)-1]; d.Kind == kind && !k.dropped.IsZero() {
			ds = append(ds, d)
		}
	}
	slices.SortFunc(ds, func(a, b Draft) int {
		return cmp.Or(b.Updated.Compare(a.Updated), cmp.Compare(a.Key, b.Key))
	})
	return ds
}

// DropDraft ends a draft; its versions are kept for a month. A draft that is
// not there is no error.
func (o *Outbox) DropDraft(key string) error {
	o.drafting.Lock()
	defer o.drafting.Unlock()
	if k := o.drafts[key]; k == nil || !k.dropped.IsZero() {
		return o.writeDrops()
	}
	return o.writeDraft(draftRecord{Drop: key, At: o.cfg.Now()})
}

// DropSentDraft ends the draft of what Add has just kept, at once for whoever
// asks and a moment later on disk, so that sending costs one write. A crash in
// between leaves a draft too many, and its text is safe twice.
func (o *Outbox) DropSentDraft(key string) {
	o.drafting.Lock()
	defer o.drafting.Unlock()
	if k := o.drafts[key]; k == nil || !k.dropped.IsZero() || o.closing {
		return
	}
	r := draftRecord{Drop: key, At: o.cfg.Now()}
	o.mu.Lock()
	o.applyDraft(r)
	o.mu.Unlock()
	o.drops = append(o.drops, r)
	o.dropping.Go(func() {
		o.drafting.Lock()
		defer o.drafting.Unlock()
		_ = o.writeDrops() // what fails is tried again before the next change
	})
}

// compactDrafts rewrites the drafts' log when most of it is the past, or when
// it must be.
func (o *Outbox) compactDrafts(must bool) error {
	if !must && o.draftLog.end < o.draftNext {
		return nil
	}
	now := o.cfg.Now()
	var recs [][]byte
	for _, key := range slices.Sorted(maps.Keys(o.drafts)) {
		k := o.drafts[key]
		if !k.dropped.IsZero() && now.Sub(k.dropped) > keptDroppedBy {
			o.mu.Lock()
			delete(o.drafts, key)
			o.mu.Unlock()
			continue
		}
		rs := make([]draftRecord, 0, len(k.versions)+1)
		for i := range k.versions {
			// Which are worth keeping was decided when they came.
			rs = append(rs, draftRecord{Put: &k.versions[i], Keep: true, At: k.versions[i].Updated})
		}
		if !k.dropped.IsZero() {
			rs = append(rs, draftRecord{Drop: key, At: k.dropped})
		}
		for _, r := range rs {
			b, err := o.cfg.Codec.Marshal(r)
			if err != nil {
				return fmt.Errorf("encode draft: %w", err)
			}
			recs = append(recs, b)
		}
	}
	err := o.draftLog.rewrite(recs)
	o.draftNext = o.nextRewrite(o.draftLog.end)
	if must {
		return err
	}
	// What was written is durable in the old file; that it could not be made
	// smaller is tried again later.
	return nil
}
