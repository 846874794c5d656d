package output

import (
	"time"

	"github.com/stance-sec/stance/internal/estate"
)

// Run says what a report is about: known before its first finding.
type Run struct {
	// Tool is the program's name.
	Tool string `json:"tool"`
	// Version is the program's version.
	Version string `json:"version"`
	// Started is when reading began, Finished when judging ended; both in UTC.
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished"`
	// Asked is what the user asked for.
	Asked Asked `json:"asked"`
	// Accounts are the names of accounts as far as they are known, sorted by cloud and id.
	Accounts []Account `json:"accounts,omitempty"`
	// Baseline names the baseline that findings were compared with; empty when there
	// was none, and then Finding.New says nothing.
	Baseline string `json:"baseline,omitempty"`
	// Checks are the checks that ran, sorted by id.
	Checks []estate.Check `json:"checks"`
	// Frameworks are those the report rolls up to, sorted by id.
	Frameworks []Framework `json:"frameworks,omitempty"`
}

// Asked is the selection a run was started with. An empty list means all.
type Asked struct {
	Clouds   []estate.Cloud `json:"clouds,omitempty"`
	Accounts []string       `json:"accounts,omitempty"`
	Regions  []string       `json:"regions,omitempty"`
	Services []string       `json:"services,omitempty"`
	// OnlyFailing is set when verdicts that pass or do not apply were left out.
	OnlyFailing bool `json:"only_failing,omitempty"`
	// From is the saved inventory that was judged again; empty when a cloud was read.
	From string `json:"from,omitempty"`
}

// Framework is a catalogue of requirements, such as one version of a CIS benchmark.
type Framework struct {
	ID           string        `json:"id"`
	Title        string        `json:"title"`
	Version      string        `json:"version,omitempty"`
	Requirements []Requirement `json:"requirements"`
}

// Requirement is one demand of a framework and the checks that answer it.
type Requirement struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	// Level is the framework's own grade, such as 1 or 2; empty when it has none.
	Level string `json:"level,omitempty"`
	// Assessment is automated or manual.
	Assessment Assessment `json:"assessment"`
	// Checks are the ids of the checks that answer it, sorted.
	Checks []string `json:"checks"`
}

// Assessment says who can answer a requirement.
type Assessment string

// The assessments.
const (
	Automated Assessment = "automated" // checks answer it
	Manual    Assessment = "manual"    // a person has to look
)

// RequirementsOf returns, for every check id, the requirements of the run's
// frameworks that it answers, in the order of the frameworks.
func (r *Run) RequirementsOf() map[string][]RequirementRef {
	refs := map[string][]RequirementRef{}
	for _, framework := range r.Frameworks {
		for _, requirement := range framework.Requirements {
			for _, check := range requirement.Checks {
				refs[check] = append(refs[check], RequirementRef{Framework: framework.ID, Title: framework.Title, Requirement: requirement.ID})
			}
		}
	}
	return refs
}

// RequirementRef names one requirement of one framework.
type RequirementRef struct {
	// Framework is the framework's id and Title its name for people.
	Framework, Title string
	// Requirement is the requirement's number.
	Requirement string
}
