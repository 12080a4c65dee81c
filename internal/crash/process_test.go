package crash

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// build makes the real program: without the race detector, for it is the
// program that is shipped that must survive.
func build(t *testing.T) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), "sereno")
	if out, err := exec.Command("go", "build", "-o", program, "sereno").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return program
}

// process is one life of “sereno serve”.
type process struct {
	cmd     *exec.Cmd
	serving chan string   // its HTTP address; capacity 1
	caught  chan struct{} // closed when it has caught up with Slack
	ended   chan struct{} // closed when it is gone
	err     error         // how it ended, once it has

	mu   sync.Mutex
	tail []string // the newest lines of its log
}

// tailLines is how much of a process's log a failure shows.
const tailLines = 100

// start runs the program under the configuration.
func start(t *testing.T, program, config string) *process {
	t.Helper()
	p := &process{
		cmd:     exec.Command(program, "serve", "--config", config),
		serving: make(chan string, 1),
		caught:  make(chan struct{}), ended: make(chan struct{}),
	}
	logs, err := p.cmd.StderrPipe()
	if err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatalf("start the program: %v", err)
	}
	go func() {
		p.read(logs)
		p.err = p.cmd.Wait()
		close(p.ended)
	}()
	return p
}

// read follows the log until the process is gone.
func (p *process) read(logs io.Reader) {
	lines := bufio.NewScanner(logs)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var e struct{ Msg, Address string }
		if json.Unmarshal(lines.Bytes(), &e) == nil {
			switch e.Msg {
			case "serving":
				p.serving <- e.Address
			case "caught up":
				close(p.caught)
			}
		}
		p.mu.Lock()
		p.tail = append(p.tail, lines.Text())
		if len(p.tail) > tailLines {
			p.tail = p.tail[1:]
		}
		p.mu.Unlock()
	}
}

func (p *process) log() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.tail, "\n")
}

// kill ends it without a word, and returns when it is gone. What it had written
// is safe with the system: this is not a power cut.
func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("the process had ended by itself: %w\n%s", err, p.log())
	}
	<-p.ended
	if status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGKILL {
		return fmt.Errorf("the process ended by itself: %w\n%s", p.err, p.log())
	}
	return nil
}

// stop asks it to end and wants it to end in order.
func (p *process) stop(within time.Duration) error {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return fmt.Errorf("SIGTERM: %w", err)
	}
	patience := time.NewTimer(within)
	defer patience.Stop()
	select {
	case <-p.ended:
	case <-patience.C:
		return fmt.Errorf("SIGTERM was not obeyed within %s\n%s", within, p.log())
	}
	if p.err != nil {
		return fmt.Errorf("after SIGTERM: %w, and the status is to be 0\n%s", p.err, p.log())
	}
	return nil
}

// idle asks the process whether it is ready and nothing waits in its queues;
// the reason when it is not so.
func (p *process) idle(ctx context.Context, address string) error {
	if code, body, err := get(ctx, "http://"+address+"/readyz"); err != nil || code != http.StatusOK {
		return fmt.Errorf("readyz: %d %s %w", code, body, err)
	}
	_, body, err := get(ctx, "http://"+address+"/metrics")
	if err != nil {
		return err
	}
	for _, queue := range []string{"events", "deliveries"} {
		if !strings.Contains(body, `sereno_backlog{queue="`+queue+`"} 0`+"\n") {
			return fmt.Errorf("%s wait: %s", queue, backlog(body))
		}
	}
	return nil
}

// backlog is what the metrics say of the queues.
func backlog(metrics string) string {
	var out []string
	for line := range strings.Lines(metrics) {
		if strings.HasPrefix(line, "sereno_backlog{") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.Join(out, ", ")
}

func get(ctx context.Context, url string) (int, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	client := http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return res.StatusCode, string(body), err
}
