package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"docket/app/desk"
	"docket/sync/link"
	"docket/sync/wire"
)

type tapCmd struct {
	Server  string `help:"Address of a server, such as http://127.0.0.1:7420." placeholder:"URL" xor:"from"`
	Person  string `help:"Whom to sign in as; the password is read as by docketd person password." placeholder:"ID"`
	NoPull  bool   `help:"Do not take snapshots; only what happens from now on." name:"no-pull"`
	Capture string `arg:"" optional:"" help:"Decode a captured file instead: one frame per line, hex or base64." type:"existingfile" xor:"from"`
}

// Run prints one JSON object per frame: when, from whom, its type, its body.
func (t *tapCmd) Run(ctx context.Context, c console) error {
	if t.Capture != "" {
		f, err := os.Open(t.Capture)
		if err != nil {
			return fmt.Errorf("open capture: %w", err)
		}
		defer f.Close()
		return decodeCapture(f, c.out)
	}
	if t.Server == "" || t.Person == "" {
		return &desk.Error{Code: desk.CodeInvalid, Message: "There is nothing to listen to.", Hint: "Give --server and --person, or the name of a captured file."}
	}
	password, err := readPassword(c.in)
	if err != nil {
		return err
	}
	return t.listen(ctx, password, c.out)
}

// decodeCapture prints the frames of a file.
func decodeCapture(in io.Reader, out io.Writer) error {
	p := &printer{out: out}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 4*wire.MaxServerFrame)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimSpace(lines.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		b, err := hex.DecodeString(text)
		if err != nil {
			b, err = base64.StdEncoding.DecodeString(text)
		}
		if err != nil {
			return &desk.Error{Code: desk.CodeInvalid, Message: fmt.Sprintf("Line %d is neither hex nor base64.", n), Hint: "A capture has one frame per line."}
		}
		f, err := wire.DecodeFrame(b, wire.FromServer)
		from := "server"
		if err != nil {
			f, err = wire.DecodeFrame(b, wire.FromClient)
			from = "client"
		}
		if err != nil {
			return &desk.Error{Code: desk.CodeInvalid, Message: fmt.Sprintf("Line %d is no frame: %v.", n, err), Hint: "It may be from another version.", Err: err}
		}
		if err := p.print(from, f); err != nil {
			return err
		}
	}
	return lines.Err()
}

// listen is an ordinary client on a device of its own, signed out at the end.
func (t *tapCmd) listen(ctx context.Context, password string, out io.Writer) error {
	base := strings.TrimRight(t.Server, "/")
	in := wire.SignIn{Person: t.Person, Password: password, Device: newDevice(), Name: "docketd tap"}
	var got wire.SignedIn
	if err := post(ctx, base+wire.PathSignIn, "", in, &got); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = post(ctx, base+wire.PathSignOut, got.Token, struct{}{}, nil) // the session ends by itself if this fails
	}()
	conn, err := link.Dial(ctx, "ws"+strings.TrimPrefix(base, "http")+wire.PathSync, link.DialOptions{
		Header: http.Header{"Authorization": {"Bearer " + got.Token}},
	})
	if err != nil {
		return fmt.Errorf("dial: %w", err)
	}
	h := &tapped{p: &printer{out: out}, conn: conn, pull: !t.NoPull, ended: make(chan error, 1)}
	conn.Start(h)
	if err := h.send(wire.Hello{ProtoMin: wire.Oldest, ProtoMax: wire.Version, App: "docketd tap", Device: got.Device}); err != nil {
		return err
	}
	select {
	case err := <-h.ended:
		return err
	case <-ctx.Done():
		conn.Close(wire.CloseNormal, "")
		<-conn.Done()
		return nil
	}
}

func newDevice() desk.DeviceID {
	var b [16]byte
	ms := time.Now().UnixMilli()
	_, _ = rand.Read(b[6:]) // never fails
	for i := range 6 {
		b[i] = byte(ms >> (40 - 8*i))
	}
	b[6], b[8] = b[6]&0x0f|0x70, b[8]&0x3f|0x80
	s := hex.EncodeToString(b[:])
	return desk.DeviceID(s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:])
}

func post(ctx context.Context, url, token string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return &desk.Error{Code: desk.CodeInvalid, Message: fmt.Sprintf("%q is no address of a server.", url), Hint: "It looks like http://127.0.0.1:7420.", Err: err}
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return &desk.Error{Code: desk.CodeOffline, Message: "The server cannot be reached.", Hint: "Check the address and that docketd serve runs there.", Err: err}
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	switch {
	case err != nil:
		return fmt.Errorf("read answer: %w", err)
	case resp.StatusCode >= 300:
		return wire.HTTPError(resp.StatusCode, answer)
	case out == nil:
		return nil
	}
	if err := json.Unmarshal(answer, out); err != nil {
		return wire.NotDocket(err)
	}
	return nil
}

// tapped prints what arrives and asks for the snapshots it is told of.
type tapped struct {
	p     *printer
	conn  *link.Conn
	pull  bool
	ended chan error
}

// Frame implements link.Handler.
func (h *tapped) Frame(b []byte) error {
	f, err := wire.DecodeFrame(b, wire.FromServer)
	if err != nil {
		return err
	}
	if err := h.p.print("server", f); err != nil {
		return err
	}
	switch f := f.(type) {
	case *wire.Welcome:
		return h.pulls(f.Lanes)
	case *wire.Scopes:
		return h.pulls(f.Lanes)
	case *wire.Page:
		p, err := wire.DecodePage(f.Body)
		if err != nil {
			return err
		}
		if p.Next != "" {
			return h.send(wire.Pull{Lane: p.Lane, Token: p.Next})
		}
		return h.send(wire.Ack{Lane: p.Lane, Seq: p.AsOf})
	case *wire.Batch:
		return h.send(wire.Ack{Lane: f.Lane, Seq: f.Last})
	}
	return nil
}

func (h *tapped) pulls(lanes []wire.LaneState) error {
	for _, l := range lanes {
		if h.pull && l.State == "snapshot" {
			if err := h.send(wire.Pull{Lane: l.Lane}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *tapped) send(f wire.Frame) error {
	b, err := wire.EncodeFrame(f)
	if err != nil {
		return err
	}
	if err := h.p.print("client", f); err != nil {
		return err
	}
	return h.conn.Send(b)
}

// Closed implements link.Handler.
func (h *tapped) Closed(e link.End) {
	if e.Code == wire.CloseNormal {
		h.ended <- nil
		return
	}
	h.ended <- fmt.Errorf("the connection ended: %w", &e)
}

// printer writes frames as JSON, with what they carry encoded taken apart.
type printer struct {
	mu  sync.Mutex // guards out
	out io.Writer
}

func (p *printer) print(from string, f wire.Frame) error {
	var body any = f
	switch f := f.(type) {
	case *wire.Page:
		page, err := wire.DecodePage(f.Body)
		if err != nil {
			return fmt.Errorf("decode page: %w", err)
		}
		body = page
	case *wire.Push:
		var cmds []any
		for _, c := range f.Commands {
			cmd, err := wire.DecodeCommand(c.Body)
			if err != nil {
				return fmt.Errorf("decode command: %w", err)
			}
			cmds = append(cmds, map[string]any{"dseq": c.DSeq, "command": cmd})
		}
		body = map[string]any{"commands": cmds}
	}
	plain, err := readable(body)
	if err != nil {
		return err
	}
	line, err := json.Marshal(map[string]any{"at": time.Now().UTC().Format(time.RFC3339Nano), "from": from, "type": f.Type(), "body": plain})
	if err != nil {
		return fmt.Errorf("encode line: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err = p.out.Write(append(line, '\n'))
	return err
}

// carried are the fields that hold encoded values of their own.
var carried = map[string]bool{"head": true, "entries": true, "newer": true, "body": true}

// readable gives v as plain JSON with the encoded values inside decoded.
func readable(v any) (any, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("encode frame: %w", err)
	}
	var out any
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("read frame: %w", err)
	}
	return open("", out), nil
}

func open(key string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = open(k, v[k])
		}
	case []any:
		for i := range v {
			v[i] = open(key, v[i])
		}
	case string:
		if !carried[key] {
			return v
		}
		b, err := base64.StdEncoding.DecodeString(v)
		if err != nil {
			return v
		}
		var inner any
		if wire.Unmarshal(b, &inner) == nil {
			return named(inner)
		}
	}
	return v
}

// named gives the maps of a decoded value keys that JSON can have.
func named(v any) any {
	switch v := v.(type) {
	case map[any]any:
		out := make(map[string]any, len(v))
		for k, x := range v {
			out[fmt.Sprint(k)] = named(x)
		}
		return out
	case []any:
		for i := range v {
			v[i] = named(v[i])
		}
	}
	return v
}
