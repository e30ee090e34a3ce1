package server

import (
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"docket/app/desk"
	"docket/sync/authority"
	"docket/sync/link"
	"docket/sync/wire"
)

// Route is one endpoint. Routes lists them all; the tests of who may ask for
// what range over it, so that a new one cannot be forgotten.
type Route struct {
	Method, Path string
	// Open endpoints need no token.
	Open bool
	do   func(*Server, http.ResponseWriter, *http.Request) error
	// within bounds the whole request.
	within time.Duration
}

// Routes is the table of endpoints.
func Routes() []Route {
	return []Route{
		{http.MethodGet, wire.PathHello, true, (*Server).hello, 15 * time.Second},
		{http.MethodGet, wire.PathEmergency, true, (*Server).emergencyPage, 15 * time.Second},
		{http.MethodPost, wire.PathSignIn, true, (*Server).signIn, 30 * time.Second},
		{http.MethodPost, wire.PathInvitation, true, (*Server).invitation, 30 * time.Second},
		{http.MethodPost, wire.PathSignOut, false, (*Server).signOut, 15 * time.Second},
		{http.MethodGet, wire.PathSync, false, (*Server).sync, 15 * time.Second},
		{http.MethodPost, wire.PathTake, false, (*Server).take, 15 * time.Second},
		{http.MethodGet, wire.PathChats, false, (*Server).chats, 15 * time.Second},
		{http.MethodGet, wire.PathOrgs + "/{org}/members", false, (*Server).members, 15 * time.Second},
		{http.MethodPut, wire.PathPeople + "/{person}/away", false, (*Server).setAway, 15 * time.Second},
		{http.MethodPut, wire.PathOrgs + "/{org}/members", false, (*Server).setMember, 15 * time.Second},
		{http.MethodGet, wire.PathPlace, false, (*Server).place, 15 * time.Second},
		{http.MethodPost, wire.PathSearch, false, (*Server).search, 30 * time.Second},
		{http.MethodPost, wire.PathBusy, false, (*Server).busy, 15 * time.Second},
		{http.MethodPut, wire.PathCalls + "/{call}", false, (*Server).putCall, 15 * time.Second},
		{http.MethodPost, wire.PathUploads, false, (*Server).startUpload, 15 * time.Second},
		{http.MethodPatch, wire.PathUploads + "/{hash}", false, (*Server).upload, 10 * time.Minute},
		{http.MethodGet, wire.PathFiles + "/{hash}", false, (*Server).download, 30 * time.Minute},
	}
}

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range Routes() {
		mux.HandleFunc(r.Method+" "+r.Path, func(w http.ResponseWriter, q *http.Request) { s.answer(r, w, q) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		// net/http would redirect unclean paths and name allowed methods.
		if _, pattern := mux.Handler(q); pattern == "" || strings.Contains(q.URL.Path, "//") {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		mux.ServeHTTP(w, q)
	})
}

func (s *Server) answer(r Route, w http.ResponseWriter, q *http.Request) {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
	deadline := time.Now().Add(r.within)
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(deadline)
	_ = c.SetWriteDeadline(deadline)
	err := error(nil)
	switch {
	case q.Header.Get("Origin") != "":
		err = &desk.Error{Code: desk.CodeDenied, Message: "Web pages may not talk to this server."}
	case s.draining.Load() && r.Path != wire.PathEmergency: // which works from anything
		err = &desk.Error{Code: desk.CodeOffline, Message: "The server is restarting.", Hint: "Docket tries again by itself."}
	default:
		err = r.do(s, w, q)
	}
	code := http.StatusOK
	if err != nil {
		code = s.fail(w, q, err)
	}
	s.requests.WithLabelValues(r.Method+" "+r.Path, strconv.Itoa(code/100)+"xx").Inc()
}

// errAnswered says that the answer has been written already.
var errAnswered = errors.New("answered")

func (s *Server) fail(w http.ResponseWriter, q *http.Request, err error) int {
	if errors.Is(err, errAnswered) {
		return http.StatusBadRequest
	}
	e := desk.AsError(err)
	status := wire.HTTPStatus(e.Code)
	if status == http.StatusInternalServerError && q.Context().Err() == nil {
		s.cfg.Log.Error("request", "path", q.URL.Path, "err", err)
	}
	if e.Code == desk.CodeTooMany {
		w.Header().Set("Retry-After", "20")
	}
	writeJSON(w, status, e)
	return status
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "internal", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(b) // a peer that is gone finds out by itself
}

const maxJSON = 16 << 10

func readJSON(w http.ResponseWriter, q *http.Request, v any) error {
	if t, _, err := mime.ParseMediaType(q.Header.Get("Content-Type")); err != nil || t != "application/json" {
		return &desk.Error{Code: desk.CodeInvalid, Message: "The request is not JSON.", Hint: "This address is for the Docket program."}
	}
	b, err := io.ReadAll(http.MaxBytesReader(w, q.Body, maxJSON))
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return (&desk.Error{Code: desk.CodeTooLarge, Message: "The request is larger than the {most} bytes it may have."}).With("most", maxJSON)
	}
	if err != nil {
		return &desk.Error{Code: desk.CodeInvalid, Message: "The request broke off.", Err: err}
	}
	if err := json.Unmarshal(b, v); err != nil {
		return &desk.Error{Code: desk.CodeInvalid, Message: "The request cannot be read.", Err: err}
	}
	return nil
}

// address is the peer's, without its port.
func address(q *http.Request) string {
	host, _, err := net.SplitHostPort(q.RemoteAddr)
	if err != nil {
		return q.RemoteAddr
	}
	return host
}

// who authenticates a request.
func (s *Server) who(q *http.Request) (desk.Device, desk.Actor, error) {
	scheme, token, ok := strings.Cut(q.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > 200 {
		return desk.Device{}, desk.Actor{}, &desk.Error{Code: desk.CodeSignIn, Message: "You are not signed in.", Hint: "Sign in and try again."}
	}
	return s.cfg.Auth.Authenticate(q.Context(), token)
}

func (s *Server) hello(w http.ResponseWriter, q *http.Request) error {
	name, err := s.deskName(q)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, wire.ServerInfo{
		Server: "docketd", Version: s.cfg.Version, ProtoMin: wire.Oldest, ProtoMax: wire.Version, Desk: name, Now: s.cfg.Clock().UTC(),
	})
	return nil
}

func (s *Server) deskName(q *http.Request) (name string, err error) {
	err = s.cfg.Store.View(q.Context(), func(tx Tx) (err error) {
		name, err = tx.DeskName()
		return err
	})
	return name, err
}

func (s *Server) signIn(w http.ResponseWriter, q *http.Request) error {
	var f wire.SignIn
	if err := readJSON(w, q, &f); err != nil {
		return err
	}
	a, err := s.cfg.Auth.SignIn(q.Context(), authority.Asking{
		Login: f.Person, Password: f.Password, Device: f.Device, Name: f.Name, Address: address(q),
	})
	return s.signedIn(w, q, a, err)
}

func (s *Server) invitation(w http.ResponseWriter, q *http.Request) error {
	var f wire.Invitation
	if err := readJSON(w, q, &f); err != nil {
		return err
	}
	a, err := s.cfg.Auth.AcceptInvitation(q.Context(), f.Code, authority.Asking{
		Password: f.Password, Device: f.Device, Name: f.Name, Address: address(q),
	})
	return s.signedIn(w, q, a, err)
}

func (s *Server) signedIn(w http.ResponseWriter, q *http.Request, a authority.Admitted, err error) error {
	if err != nil {
		return err
	}
	name, err := s.deskName(q)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, wire.SignedIn{Token: a.Token, Device: a.Device.ID, Actor: a.Actor, Desk: name, Was: a.Was})
	return nil
}

func (s *Server) signOut(w http.ResponseWriter, q *http.Request) error {
	dev, _, err := s.who(q)
	if err != nil {
		return err
	}
	if err := s.cfg.Auth.SignOut(q.Context(), dev); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) take(w http.ResponseWriter, q *http.Request) error {
	dev, _, err := s.who(q)
	if err != nil {
		return err
	}
	var ask wire.Take
	if err := readJSON(w, q, &ask); err != nil {
		return err
	}
	taken, err := s.cfg.Auth.Take(q.Context(), dev.ID, ask)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, taken)
	return nil
}

// chats tells where somebody takes chats. Customers are told of no department
// they are not offered.
func (s *Server) chats(w http.ResponseWriter, q *http.Request) error {
	_, actor, err := s.who(q)
	if err != nil {
		return err
	}
	all, err := s.cfg.Hub.Chatting(q.Context())
	if err != nil {
		return err
	}
	out := wire.Chats{Departments: []desk.DeptID{}}
	err = s.cfg.Store.View(q.Context(), func(tx Tx) error {
		d, err := tx.Desk()
		for _, x := range d.Departments {
			if slices.Contains(all, x.ID) && (!x.Hidden || actor.Role.Staff()) {
				out.Departments = append(out.Departments, x.ID)
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, out)
	return nil
}

// sync upgrades and returns, so that the request's goroutine and buffers are
// freed; the connection has a reader of its own.
func (s *Server) sync(w http.ResponseWriter, q *http.Request) error {
	dev, actor, err := s.who(q)
	if err != nil {
		return err
	}
	if err := s.cfg.Auth.Seen(q.Context(), dev); err != nil {
		s.cfg.Log.Error("note that a device is here", "err", err)
	}
	if !websocketAsked(q) {
		return &desk.Error{Code: desk.CodeInvalid, Message: "This address is for the Docket program."}
	}
	c := http.NewResponseController(w)
	_ = c.SetReadDeadline(time.Time{})
	_ = c.SetWriteDeadline(time.Time{})
	conn, err := link.Accept(w, q, s.cfg.Link)
	if err != nil {
		return errAnswered
	}
	t := &tracked{Session: s.cfg.Hub.Attach(conn, dev, actor), s: s, c: conn}
	s.mu.Lock()
	s.conns[conn] = struct{}{}
	s.mu.Unlock()
	conn.Start(t)
	if s.draining.Load() {
		conn.Finish(wire.CloseRestart, wire.CloseReason(time.Second, "the server restarts"))
	}
	return nil
}

func websocketAsked(q *http.Request) bool {
	return strings.EqualFold(q.Header.Get("Upgrade"), "websocket")
}
