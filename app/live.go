package app

import (
	"docket/app/desk"
	"docket/app/language"
	"docket/app/notify"
	"docket/storage/cache"
	"docket/storage/outbox"
)

// ChatsView is where somebody takes chats now.
type ChatsView struct {
	// Departments are those that a chat can be begun with.
	Departments []string `json:"departments"`
	// Taking says that the person takes chats themselves; staff only.
	Taking bool `json:"taking"`
	// Problem says why it is not known, "" if it is.
	Problem string `json:"problem"`
}

// LiveView is the chat that is going on in a ticket.
type LiveView struct {
	ID      string     `json:"id"`
	Started string     `json:"started"`
	Ends    string     `json:"ends"`
	By      string     `json:"by"`
	ByName  string     `json:"byName"`
	Mine    bool       `json:"mine"`
	Lines   []LineView `json:"lines"`
	// Say, Join and End are what the person may do.
	Say  bool `json:"say"`
	Join bool `json:"join"`
	End  bool `json:"end"`
}

// LineView is one line of it.
type LineView struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Staff  bool       `json:"staff"`
	Me     bool       `json:"me"`
	At     string     `json:"at"`
	Text   string     `json:"text"`
	Files  []FileInfo `json:"files"`
	Joined bool       `json:"joined"`
	// Waiting says that it has not reached the server yet.
	Waiting bool `json:"waiting"`
}

// Chats tells with which departments one can chat now. Who is offline can with
// none, which is no error.
func (a *API) Chats() (ChatsView, error) {
	s, err := a.session()
	if err != nil {
		return ChatsView{}, err
	}
	eng := s.engine()
	out := ChatsView{Departments: []string{}, Taking: eng.TakesChats()}
	there, err := eng.Chats(a.ctx)
	if err != nil {
		e := desk.AsError(err)
		if e.Code == desk.CodeNotDocket { // a server that knows no chats
			return out, nil
		}
		out.Problem, _ = language.Error(e)
		return out, nil
	}
	out.Departments = strs(there)
	return out, nil
}

// TakeChats says whether the person takes chats from now on, until they say
// otherwise or close the program.
func (a *API) TakeChats(takes bool) error {
	s, err := a.session()
	if err != nil {
		return err
	}
	if !s.me().Role.Staff() {
		return wrong("chats", "Only the support desk takes chats.")
	}
	s.engine().TakeChats(takes)
	return nil
}

// Say queues a line of the chat of a ticket; chat is "" for one that begins. It
// gives the chat's id.
func (a *API) Say(ticket, chat, message string, files []string) (string, error) {
	s, l, err := a.on(ticket)
	if err != nil {
		return "", err
	}
	args := desk.Say{Chat: desk.CommandID(chat), Begin: chat == ""}
	if args.Begin {
		args.Chat = desk.CommandID(newID())
	} else if !desk.ValidUUID(chat) {
		return "", wrong("chat", "That is not a chat.")
	}
	if args.Text, err = text("text", message, maxText); err != nil {
		return "", err
	}
	if args.Files, err = s.attachments(files, ""); err != nil {
		return "", err
	}
	return string(args.Chat), s.queue(s.command(l.ticket.ID, l.confirmed, args), l, outbox.Draft{})
}

// JoinChat queues taking the chat of a ticket.
func (a *API) JoinChat(ticket string) error {
	return a.do(ticket, func(_ *session, t *desk.Ticket) (desk.Args, error) {
		return desk.JoinChat{Chat: t.Live.ID, From: t.Live.By}, nil
	})
}

// EndChat queues the end of the chat of a ticket.
func (a *API) EndChat(ticket string) error {
	return a.do(ticket, func(_ *session, t *desk.Ticket) (desk.Args, error) {
		return desk.EndChat{Chat: t.Live.ID}, nil
	})
}

// live is the chat as the person sees it; nil while there is none.
func (s *session) live(r *rower, l *laid) *LiveView {
	t := &l.ticket
	if t.Live.ID == "" {
		return nil
	}
	v := &LiveView{
		ID: string(t.Live.ID), Started: stamp(t.Live.Started), Ends: stamp(t.Live.Ends), By: string(t.Live.By), Mine: t.Live.By == r.me.Person,
		Lines: []LineView{}, Say: can(r.me, t, desk.CmdSay), End: can(r.me, t, desk.CmdEndChat),
	}
	v.Join = can(r.me, t, desk.CmdJoinChat) && t.Requester != r.me.Person && !v.Mine
	if t.Live.By != "" {
		v.ByName = r.name(t, t.Live.By)
	}
	waiting := map[desk.CommandID]bool{}
	for _, it := range s.items(t.ID) {
		waiting[it.ID] = it.State.Waiting()
	}
	for _, x := range t.Live.Lines {
		v.Lines = append(v.Lines, LineView{
			ID: string(x.ID), Name: or(x.Name, r.name(t, x.By)), Staff: x.Staff, Me: x.By == r.me.Person, At: stamp(x.At), Text: x.Text,
			Files: s.fileInfos(x.Files), Joined: x.Joined, Waiting: waiting[x.ID],
		})
	}
	return v
}

// lines tells of what was said in chats that the person is part of and does not
// look at, and staff who take chats of one that nobody has.
func (t *teller) lines(a *cache.Applied) {
	if a.Snapshot {
		return
	}
	me := t.s.me()
	var news []notify.Notice
	for _, id := range a.Changed {
		x, _, err := t.s.cache.Ticket(id)
		if err != nil {
			continue
		}
		n := len(x.Live.Lines)
		if n == 0 {
			delete(t.lastLine, id)
			continue
		}
		last := x.Live.Lines[n-1]
		if t.lastLine[id] == last.ID {
			continue
		}
		t.lastLine[id] = last.ID
		free := me.Role.Staff() && x.Live.By == "" && me.In(x.Department) && t.s.engine().TakesChats()
		part := x.Live.By == me.Person || x.Live.With == me.Person || !me.Role.Staff() && x.Requester == me.Person
		if last.By == me.Person || t.s.api.watched(id) || !free && !part {
			continue
		}
		said := last.Text
		if last.Joined {
			said = say("is here to chat")
		}
		news = append(news, notify.Notice{
			Ticket: id, Number: numberOf(&x), Kind: notify.Reply, Who: last.Name, Subject: x.Subject, Text: said, At: last.At, Seq: x.LastSeq, Mine: true,
		})
	}
	t.s.notice(false, news...)
}
