package link

import (
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"docket/sync/wire"
)

// Config bounds a connection. A zero field takes its default.
type Config struct {
	// ReadLimit is the largest frame taken from the peer, in bytes; the
	// default is what a client may send.
	ReadLimit int64
	// QueueBytes and QueueFrames bound what waits to be written: 1 MiB, 256.
	// A single frame may be larger than QueueBytes if nothing else waits.
	QueueBytes  int
	QueueFrames int
	// PingEvery is 25 s, Silence 60 s, WriteTimeout 10 s, Linger (for the
	// peer's answer to a close) 1 s.
	PingEvery, Silence, WriteTimeout, Linger time.Duration
}

func (c Config) withDefaults() Config {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	if c.ReadLimit == 0 {
		c.ReadLimit = wire.MaxClientFrame
	}
	if c.QueueBytes == 0 {
		c.QueueBytes = 1 << 20
	}
	if c.QueueFrames == 0 {
		c.QueueFrames = 256
	}
	def(&c.PingEvery, 25*time.Second)
	def(&c.Silence, 60*time.Second)
	def(&c.WriteTimeout, 10*time.Second)
	def(&c.Linger, time.Second)
	return c
}

// Handler takes what arrives. Its methods are called one after the other,
// never at once. Frame gets one whole message, which is the handler's to keep;
// an error ends the connection, with the code of an [*End] if it is one and
// that of [wire.CloseCode] otherwise. Closed is called once, last, when both
// goroutines are done.
type Handler interface {
	Frame(b []byte) error
	Closed(End)
}

// End tells how a connection ended.
type End struct {
	// Code and Text are those of the close frame; Code is 1006 if the socket
	// ended without one.
	Code int
	Text string
	// Remote is set when the peer said so.
	Remote bool
	// Err is what went wrong underneath, for the log.
	Err error
}

// Error implements error.
func (e *End) Error() string {
	who := "here"
	if e.Remote {
		who = "there"
	}
	if e.Err != nil {
		return fmt.Sprintf("connection ended %s with %d %s: %v", who, e.Code, e.Text, e.Err)
	}
	return fmt.Sprintf("connection ended %s with %d %s", who, e.Code, e.Text)
}

// Unwrap gives the error underneath.
func (e *End) Unwrap() error { return e.Err }

// abnormal is the code of a socket that ended without a close frame.
const abnormal = websocket.CloseAbnormalClosure

// Stats counts what a connection carried, as payload bytes of data frames.
type Stats struct{ SentFrames, SentBytes, ReceivedFrames, ReceivedBytes int64 }

// Conn is one connection. All methods may be called from any goroutine.
type Conn struct {
	ws  *websocket.Conn
	cfg Config
	h   Handler

	sentFrames, sentBytes, gotFrames, gotBytes atomic.Int64

	mu      sync.Mutex // guards what follows
	queue   []message
	bytes   int  // in queue and being written
	writing bool // the writer runs
	started bool
	ending  bool
	flush   bool // ending writes the queue first
	end     End
	ping    *time.Timer
	idle    chan struct{} // closed when ending and no writer runs
	broken  error         // a write failed; the reader has a moment to say why

	work     sync.WaitGroup // writer, pings and pongs
	ponging  atomic.Bool
	readDone chan struct{}
	done     chan struct{}
	room     *sync.Cond // on mu: something was written, or the end began
}

// message is one frame to be written, of its own or shared.
type message struct {
	data   []byte
	shared *Shared
}

func (m message) size() int {
	if m.shared != nil {
		return m.shared.size
	}
	return len(m.data)
}

// Shared is a frame for many connections, framed once.
type Shared struct {
	pm   *websocket.PreparedMessage
	size int
}

// NewShared prepares a frame; b must not be changed afterwards.
func NewShared(b []byte) (*Shared, error) {
	pm, err := websocket.NewPreparedMessage(websocket.BinaryMessage, b)
	if err != nil {
		return nil, fmt.Errorf("prepare frame: %w", err)
	}
	return &Shared{pm: pm, size: len(b)}, nil
}

// Len is the frame's length in bytes.
func (s *Shared) Len() int { return s.size }

func newConn(ws *websocket.Conn, cfg Config) *Conn {
	c := &Conn{
		ws: ws, cfg: cfg.withDefaults(),
		idle: make(chan struct{}), readDone: make(chan struct{}), done: make(chan struct{}),
	}
	c.room = sync.NewCond(&c.mu)
	return c
}

// Start begins to read and to ping. It is called once; until then frames may
// be sent but none arrive.
func (c *Conn) Start(h Handler) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.started {
		panic("link: started twice")
	}
	c.started, c.h = true, h
	if c.ending {
		close(c.readDone)
		return
	}
	c.ping = time.AfterFunc(c.cfg.PingEvery, c.pingPeer)
	go c.read()
}

// Send queues a frame, which from then on belongs to the connection. It never
// waits. An error is the *End of a connection that is over, or is just being
// ended because its queue ran over.
func (c *Conn) Send(b []byte) error { return c.push(message{data: b}) }

// SendShared queues a frame that is sent to many.
func (c *Conn) SendShared(s *Shared) error { return c.push(message{shared: s}) }

func (c *Conn) push(m message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending {
		end := c.end
		return &end
	}
	n := m.size()
	if len(c.queue) > 0 && (c.bytes+n > c.cfg.QueueBytes || len(c.queue) >= c.cfg.QueueFrames) {
		c.endLocked(End{Code: wire.CloseSlow, Text: "the queue ran over"}, false)
		end := c.end
		return &end
	}
	c.queue = append(c.queue, m)
	c.bytes += n
	if !c.writing {
		// The writer lives as long as there is something to write: an idle
		// connection costs one goroutine, not two.
		c.writing = true
		c.work.Add(1)
		go c.write()
	}
	return nil
}

// WaitRoom waits until the queue is no more than half full, or the connection
// is ending. Whoever answers a question with more than a queue holds paces
// itself with it; a peer that does not read ends the wait with the connection.
func (c *Conn) WaitRoom() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for !c.ending && c.broken == nil && (c.bytes > c.cfg.QueueBytes/2 || len(c.queue) > c.cfg.QueueFrames/2) {
		c.room.Wait()
	}
}

// Room reports whether a frame of n bytes may be queued and leave half of the
// queue to others, or waits for nobody.
func (c *Conn) Room(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.queue) == 0 || c.bytes+n <= c.cfg.QueueBytes/2 && len(c.queue) < c.cfg.QueueFrames/2
}

// Queued is how many bytes wait to be written.
func (c *Conn) Queued() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bytes
}

// Stats gives the counters.
func (c *Conn) Stats() Stats {
	return Stats{c.sentFrames.Load(), c.sentBytes.Load(), c.gotFrames.Load(), c.gotBytes.Load()}
}

// Done is closed when the connection is over and nothing of it runs.
func (c *Conn) Done() <-chan struct{} { return c.done }

// Close writes what is queued, says goodbye with code and reason, and waits
// until nothing of the connection runs. It must not be called from a handler.
// Closing again only waits.
func (c *Conn) Close(code int, reason string) {
	c.finish(End{Code: code, Text: reason}, true)
	<-c.done
}

// Fail ends the connection without what is queued and without waiting.
func (c *Conn) Fail(code int, reason string) { c.finish(End{Code: code, Text: reason}, false) }

// Finish is Close without waiting: what is queued is still written.
func (c *Conn) Finish(code int, reason string) { c.finish(End{Code: code, Text: reason}, true) }

func (c *Conn) finish(e End, flush bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.endLocked(e, flush)
}

func (c *Conn) endLocked(e End, flush bool) {
	if c.ending {
		return
	}
	c.ending, c.end, c.flush = true, e, flush
	c.room.Broadcast()
	if !flush {
		c.queue = nil
	}
	if !c.writing {
		close(c.idle)
	}
	if c.ping != nil {
		c.ping.Stop()
	}
	if !c.started {
		close(c.readDone)
	}
	go c.shutdown(e)
}

// shutdown is the last goroutine of a connection; Done tells its end.
func (c *Conn) shutdown(e End) {
	switch {
	case e.Code == abnormal || e.Code == 0:
		// Nothing can reach the peer any more.
	case e.Remote:
		_ = c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(e.Code, ""), time.Now().Add(c.cfg.Linger))
	default:
		c.goodbye(e)
	}
	_ = c.ws.Close()
	<-c.readDone
	c.work.Wait()
	c.mu.Lock()
	h := c.h
	c.mu.Unlock()
	if h != nil {
		h.Closed(e)
	}
	close(c.done)
}

// goodbye lets the writer finish, sends the close frame and waits a little for
// the answer. A peer that is too slow hangs in a write and is waited for less.
func (c *Conn) goodbye(e End) {
	wait := c.cfg.WriteTimeout
	if !c.flush { // set before shutdown started, never again
		wait = c.cfg.Linger
	}
	await(c.idle, wait)
	text := e.Text
	if len(text) > 123 {
		text = text[:123]
	}
	err := c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(e.Code, text), time.Now().Add(c.cfg.Linger))
	if err != nil && !errors.Is(err, websocket.ErrCloseSent) {
		return
	}
	_ = c.ws.SetReadDeadline(time.Now().Add(c.cfg.Linger))
	if e.Code == wire.CloseTooBig {
		// The reader stopped in the middle of a frame. Closing with bytes
		// unread would reset the socket and lose the close frame.
		_, _ = io.Copy(io.Discard, c.ws.NetConn())
	}
	await(c.readDone, 2*c.cfg.Linger)
}

func await(ch <-chan struct{}, most time.Duration) {
	t := time.NewTimer(most)
	defer t.Stop()
	select {
	case <-ch:
	case <-t.C:
	}
}

func (c *Conn) write() {
	defer c.work.Done()
	for {
		c.mu.Lock()
		if len(c.queue) == 0 {
			c.writing, c.queue = false, nil
			if c.ending {
				close(c.idle)
			}
			c.mu.Unlock()
			return
		}
		m := c.queue[0]
		c.queue[0] = message{}
		c.queue = c.queue[1:]
		c.mu.Unlock()

		_ = c.ws.SetWriteDeadline(time.Now().Add(c.cfg.WriteTimeout))
		var err error
		if m.shared != nil {
			err = c.ws.WritePreparedMessage(m.shared.pm)
		} else {
			err = c.ws.WriteMessage(websocket.BinaryMessage, m.data)
		}
		c.sentFrames.Add(1)
		c.sentBytes.Add(int64(m.size()))

		c.mu.Lock()
		c.bytes -= m.size()
		c.room.Broadcast()
		if err != nil {
			c.queue = nil
			c.brokenLocked(fmt.Errorf("write: %w", err))
		}
		c.mu.Unlock()
	}
}

// brokenLocked ends the connection after a failed write. If the peer closed it
// the reader is about to find out why, and gets a moment to.
func (c *Conn) brokenLocked(err error) {
	switch {
	case c.ending || c.broken != nil:
	case !c.started:
		c.endLocked(End{Code: abnormal, Err: err}, false)
	default:
		c.broken = err
		c.room.Broadcast()
		_ = c.ws.SetReadDeadline(time.Now().Add(c.cfg.Linger))
	}
}

// pingPeer proves the socket; it runs every PingEvery.
func (c *Conn) pingPeer() {
	if !c.control(websocket.PingMessage, nil) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ending {
		c.ping.Reset(c.cfg.PingEvery)
	}
}

// control writes a ping or pong and reports whether that worked.
func (c *Conn) control(kind int, data []byte) bool {
	c.mu.Lock()
	if c.ending || c.broken != nil {
		c.mu.Unlock()
		return false
	}
	c.work.Add(1)
	c.mu.Unlock()
	defer c.work.Done()
	err := c.ws.WriteControl(kind, data, time.Now().Add(c.cfg.WriteTimeout))
	if err == nil {
		return true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.brokenLocked(fmt.Errorf("ping: %w", err))
	return false
}

// pinged answers a ping beside the reader: two peers that answered inside
// their readers at once would wait for each other. A ping that comes while the
// last is still being answered needs no answer of its own.
func (c *Conn) pinged(data string) error {
	c.heard()
	if c.ponging.CompareAndSwap(false, true) {
		c.work.Add(1) // shutdown waits for the reader before it waits for work
		go func() {
			defer c.work.Done()
			defer c.ponging.Store(false)
			c.control(websocket.PongMessage, []byte(data))
		}()
	}
	return nil
}

// read hands every message to the handler until the socket or the handler
// ends it, then reads on without handing over, so that a close is answered.
func (c *Conn) read() {
	defer close(c.readDone)
	c.ws.SetReadLimit(c.cfg.ReadLimit)
	c.heard()
	c.ws.SetPingHandler(c.pinged)
	c.ws.SetPongHandler(func(string) error { c.heard(); return nil })
	c.ws.SetCloseHandler(func(int, string) error { return nil }) // shutdown answers
	for {
		kind, r, err := c.ws.NextReader()
		var b []byte
		if err == nil {
			c.heard()
			b, err = io.ReadAll(r)
		}
		if err != nil {
			c.finish(c.endOf(err), false)
			return
		}
		c.heard()
		c.gotFrames.Add(1)
		c.gotBytes.Add(int64(len(b)))
		if c.over() {
			continue
		}
		if kind != websocket.BinaryMessage {
			c.finish(End{Code: wire.CloseBroken, Text: "text frame"}, false)
			continue
		}
		if err := c.h.Frame(b); err != nil {
			e := End{Code: wire.CloseCode(err), Text: "broken frame", Err: err}
			var end *End
			if errors.As(err, &end) {
				e = *end
			}
			c.finish(e, true)
		}
	}
}

// heard puts off the deadline of silence. It leaves the short deadline alone
// that shutdown sets while it waits for the peer's goodbye.
func (c *Conn) heard() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ending && c.broken == nil {
		_ = c.ws.SetReadDeadline(time.Now().Add(c.cfg.Silence))
	}
}

func (c *Conn) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ending
}

// endOf turns a read error into how the connection ended.
func (c *Conn) endOf(err error) End {
	c.mu.Lock()
	broken := c.broken
	c.mu.Unlock()
	var ce *websocket.CloseError
	var ne net.Error
	switch {
	case errors.As(err, &ce) && ce.Code != abnormal:
		return End{Code: ce.Code, Text: ce.Text, Remote: true}
	case broken != nil:
		return End{Code: abnormal, Err: broken}
	case errors.Is(err, websocket.ErrReadLimit):
		return End{Code: wire.CloseTooBig, Text: "frame too large", Err: err}
	case errors.As(err, &ne) && ne.Timeout():
		return End{Code: wire.CloseSilent, Text: "nothing heard", Err: err}
	}
	return End{Code: abnormal, Err: fmt.Errorf("read: %w", err)}
}
