package cli

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"sereno/bot/company"
	"sereno/bot/config"
	"sereno/bot/text"
)

// runningTime bounds the question to a process on the same machine.
const runningTime = 5 * time.Second

// givenUp asks the process that serves this configuration, if one does, what
// it has given up, in the language; the store itself may be another process's alone.
// running is false when nobody answers.
func givenUp(ctx context.Context, c *config.Config, lang company.Lang) (problems []string, running bool) {
	ctx, cancel := context.WithTimeout(ctx, runningTime)
	defer cancel()
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return nil, false
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/metrics", nil)
	if err != nil {
		return nil, false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, false
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	for lines.Scan() {
		running = running || strings.HasPrefix(lines.Text(), "sereno_build_info")
		for _, queue := range []string{"dead_deliveries", "dead_events"} {
			n, found := strings.CutPrefix(lines.Text(), fmt.Sprintf("sereno_backlog{queue=%q} ", queue))
			if found && n != "0" {
				problems = append(problems, text.T(lang, "check."+queue, "n", n))
			}
		}
	}
	if lines.Err() != nil {
		return problems, false
	}
	return problems, running
}
