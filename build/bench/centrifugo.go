//go:build linux

package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/centrifugal/protocol"
	"github.com/gorilla/websocket"
)

// centrifugo is Centrifugo as a system: a channel for each group, nothing kept.
type centrifugo struct {
	b    *bench
	ear  *ear
	size int
	proc *process
	addr string
	all  []*fugoClient
	sent []uint64
}

func (b *bench) centrifugo(e *ear) *centrifugo { return &centrifugo{b: b, ear: e} }

func (f *centrifugo) name() string { return "centrifugo" }

func (f *centrifugo) setting() string {
	return "v5.4.9, memory engine, no history, presence or recovery, websocket with protobuf, no compression, write buffers pooled, " +
		"log off; each writer publishes over its own websocket (cheaper for it than its HTTP API) and hears its own messages"
}

func (f *centrifugo) earOf() *ear { return f.ear }

func (f *centrifugo) pid() int { return f.proc.pid() }

func (f *centrifugo) start(_ context.Context, groups, size int) error {
	bin, err := f.b.peer("centrifugo", centrifugoModule)
	if err != nil {
		return err
	}
	if f.addr, err = freeAddress(); err != nil {
		return err
	}
	host, port, _ := net.SplitHostPort(f.addr)
	config := map[string]any{
		"address": host, "port": port, "log_level": "none", "client_insecure": true,
		"allow_subscribe_for_client": true, "allow_publish_for_subscriber": true,
		"websocket_use_write_buffer_pool": true, "websocket_read_buffer_size": 512, "health": true,
	}
	file := filepath.Join(f.b.dir, "centrifugo.json")
	text, err := json.Marshal(config)
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	f.size, f.all, f.sent = size, make([]*fugoClient, groups*size), make([]uint64, groups)
	f.ear.listen(groups, size)
	f.proc, err = f.b.spawn(func() bool { return answers("http://" + f.addr + "/health") }, bin, "-c", file)
	return err
}

func (f *centrifugo) connect(ctx context.Context, from, to int, _ func(group, member int) bool) error {
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	next := make(chan int)
	for range 64 {
		wg.Go(func() {
			for i := range next {
				c := &fugoClient{f: f, group: i / f.size, member: i % f.size, answers: make(chan error, 1)}
				f.all[i] = c
				if err := c.connect(ctx); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	for i := from * f.size; i < to*f.size; i++ {
		next <- i
	}
	close(next)
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func (f *centrifugo) send(group int, text string) error {
	f.sent[group]++
	// The number goes in front, as eight bytes, so that a reader need not parse.
	data := binary.BigEndian.AppendUint64(nil, f.sent[group])
	c := f.all[group*f.size]
	return c.write(&protocol.Command{
		Id: 100 + uint32(f.sent[group]), Publish: &protocol.PublishRequest{Channel: channel(group), Data: append(data, text...)},
	})
}

func (f *centrifugo) stop() {
	for _, c := range f.all {
		if c != nil && c.ws != nil {
			c.ws.Close()
		}
	}
	f.proc.kill()
}

func channel(group int) string { return fmt.Sprintf("g%d", group) }

// fugoClient is one screen.
type fugoClient struct {
	f             *centrifugo
	group, member int
	ws            *websocket.Conn
	mu            sync.Mutex // guards writing
	answers       chan error // of connect and subscribe
}

var fugoBuffers sync.Pool

func (c *fugoClient) connect(ctx context.Context) error {
	d := websocket.Dialer{
		Subprotocols: []string{"centrifuge-protobuf"}, HandshakeTimeout: 10 * time.Second,
		ReadBufferSize: 4 << 10, WriteBufferSize: 4 << 10, WriteBufferPool: &fugoBuffers,
	}
	ws, resp, err := d.DialContext(ctx, "ws://"+c.f.addr+"/connection/websocket?format=protobuf", http.Header{})
	if err != nil {
		return fmt.Errorf("centrifugo: %w", err)
	}
	_ = resp.Body.Close()
	c.ws = ws
	go c.read()
	for i, cmd := range []*protocol.Command{
		{Id: 1, Connect: &protocol.ConnectRequest{}},
		{Id: 2, Subscribe: &protocol.SubscribeRequest{Channel: channel(c.group)}},
	} {
		if err := c.write(cmd); err != nil {
			return err
		}
		select {
		case err := <-c.answers:
			if err != nil {
				return fmt.Errorf("centrifugo answers command %d: %w", i+1, err)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (c *fugoClient) write(cmd *protocol.Command) error {
	b, err := cmd.MarshalVT()
	if err != nil {
		return err
	}
	frame := append(binary.AppendUvarint(make([]byte, 0, len(b)+4), uint64(len(b))), b...)
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ws.WriteMessage(websocket.BinaryMessage, frame)
}

func (c *fugoClient) read() {
	for {
		_, b, err := c.ws.ReadMessage()
		if err != nil {
			return
		}
		for len(b) > 0 {
			n, w := binary.Uvarint(b)
			if w <= 0 || uint64(len(b)-w) < n {
				c.f.ear.wrong.Add(1)
				return
			}
			c.frame(b[w : w+int(n)])
			b = b[w+int(n):]
		}
	}
}

func (c *fugoClient) frame(b []byte) {
	if len(b) == 0 { // a ping
		c.mu.Lock()
		_ = c.ws.WriteMessage(websocket.BinaryMessage, []byte{0})
		c.mu.Unlock()
		return
	}
	var r protocol.Reply
	if err := r.UnmarshalVT(b); err != nil {
		c.f.ear.wrong.Add(1)
		return
	}
	switch {
	case r.Push != nil && r.Push.Pub != nil:
		c.f.ear.hear(c.group, c.member, binary.BigEndian.Uint64(r.Push.Pub.Data))
	case r.Id > 100:
		if r.Error != nil {
			c.f.ear.wrong.Add(1)
		}
		c.f.ear.confirmed(c.group, uint64(r.Id-100))
	case r.Id > 0:
		if r.Error != nil {
			c.answers <- errors.New(strings.TrimSpace(r.Error.Message))
		} else {
			c.answers <- nil
		}
	}
}
