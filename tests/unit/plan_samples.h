// One plan as the server writes it in JSON, YAML and XML, and the comparison of two plans by all
// that they hold. It has most of what stands beside and below a node.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "parser/plan/plan.h"
#include "parser/plan/plan_forms.h"

namespace pgcounsel {

// The first thing in which two plans differ, their form and lines aside; empty: nothing.
std::string difference(const Plan& one, const Plan& other);

// The one plan that was read; a failure where it is not one.
Plan only_plan(PlanRead read);

// `line 3: a comma or } is missing`; "none" where all was read. Beside a trouble no plan may stand.
std::string trouble_of(const PlanRead& read);

// The line in which `what` stands first.
std::uint32_t line_of(std::string_view text, std::string_view what);

inline constexpr std::string_view kPlanAsJson = R"json([
  {
    "Plan": {
      "Node Type": "Gather Merge",
      "Parallel Aware": false,
      "Async Capable": false,
      "Startup Cost": 1000.5,
      "Total Cost": 2042.36,
      "Plan Rows": 6,
      "Plan Width": 13,
      "Actual Startup Time": 3.125,
      "Actual Total Time": 4.5,
      "Actual Rows": 4,
      "Actual Loops": 1,
      "Output": ["name", "(count(*))"],
      "Workers Planned": 2,
      "Workers Launched": 0,
      "Shared Hit Blocks": 120,
      "Shared Read Blocks": 0,
      "I/O Read Time": 0.25,
      "WAL FPI": 0,
      "Plans": [
        {
          "Node Type": "Incremental Sort",
          "Parent Relationship": "Outer",
          "Parallel Aware": true,
          "Sort Key": ["name", "(count(*)) DESC"],
          "Presorted Key": ["name"],
          "Full-sort Groups": {
            "Group Count": 3,
            "Sort Methods Used": ["quicksort"],
            "Sort Space Memory": {
              "Average Sort Space Used": 30,
              "Peak Sort Space Used": 34
            }
          },
          "Pre-sorted Groups": {
            "Group Count": 2,
            "Sort Methods Used": ["external merge"],
            "Sort Space Disk": {
              "Average Sort Space Used": 900,
              "Peak Sort Space Used": 1024
            }
          },
          "Workers": [
            {
              "Worker Number": 0,
              "Actual Startup Time": 1.5,
              "Actual Rows": 2,
              "Full-sort Groups": {
                "Group Count": 7,
                "Sort Methods Used": ["top-N heapsort"],
                "Sort Space Memory": {
                  "Peak Sort Space Used": 28
                }
              },
              "JIT": {
                "Functions": 99
              }
            },
            {
              "Worker Number": 1,
              "Sort Method": "quicksort",
              "Temp Read Blocks": 0
            }
          ],
          "Plans": [
            {
              "Node Type": "Aggregate",
              "Strategy": "Mixed",
              "Partial Mode": "Simple",
              "Parent Relationship": "Outer",
              "Grouping Sets": [
                {
                  "Hash Keys": [
                    ["name", "(a % 3)"],
                    ["name"]
                  ]
                },
                {
                  "Sort Key": ["b"],
                  "Group Keys": [
                    []
                  ]
                }
              ],
              "Plans": [
                {
                  "Node Type": "Index Scan",
                  "Parent Relationship": "Outer",
                  "Scan Direction": "Backward",
                  "Index Name": "a \"quoted\" index",
                  "Relation Name": "t",
                  "Alias": "t_1",
                  "Index Cond": "((a < 5) AND (b <> 'x & y\\z'::text))",
                  "Rows Removed by Filter": 0
                }
              ]
            },
            {
              "Node Type": "Result",
              "Parent Relationship": "InitPlan",
              "Subplan Name": "InitPlan 1 (returns $0)"
            }
          ]
        }
      ]
    },
    "Settings": {
      "work_mem": "64kB",
      "search_path": "shop, public"
    },
    "Query Identifier": -7805104457063929071,
    "Planning": {
      "Shared Hit Blocks": 9,
      "Shared Read Blocks": 0,
      "Memory Used": 12,
      "Memory Allocated": 16
    },
    "Planning Time": 0.129,
    "Triggers": [
      {
        "Trigger Name": "RI_ConstraintTrigger_c_1",
        "Constraint Name": "t_fkey",
        "Relation": "t",
        "Time": 27.5,
        "Calls": 3
      }
    ],
    "JIT": {
      "Functions": 22,
      "Options": {
        "Inlining": false,
        "Expressions": true
      },
      "Timing": {
        "Generation": {
          "Deform": 0.125,
          "Total": 0.5
        },
        "Inlining": 0.0,
        "Optimization": 1.25,
        "Emission": 2.25,
        "Total": 4.0
      }
    },
    "Serialization": {
      "Time": 0.75,
      "Output Volume": 2,
      "Format": "text"
    },
    "Execution Time": 32.5
  }
])json";

inline constexpr std::string_view kPlanAsYaml = R"yaml(- Plan: 
    Node Type: "Gather Merge"
    Parallel Aware: false
    Async Capable: false
    Startup Cost: 1000.5
    Total Cost: 2042.36
    Plan Rows: 6
    Plan Width: 13
    Actual Startup Time: 3.125
    Actual Total Time: 4.5
    Actual Rows: 4
    Actual Loops: 1
    Output: 
      - "name"
      - "(count(*))"
    Workers Planned: 2
    Workers Launched: 0
    Shared Hit Blocks: 120
    Shared Read Blocks: 0
    I/O Read Time: 0.25
    WAL FPI: 0
    Plans: 
      - Node Type: "Incremental Sort"
        Parent Relationship: "Outer"
        Parallel Aware: true
        Sort Key: 
          - "name"
          - "(count(*)) DESC"
        Presorted Key: 
          - "name"
        Full-sort Groups: 
          Group Count: 3
          Sort Methods Used: 
            - "quicksort"
          Sort Space Memory: 
            Average Sort Space Used: 30
            Peak Sort Space Used: 34
        Pre-sorted Groups: 
          Group Count: 2
          Sort Methods Used: 
            - "external merge"
          Sort Space Disk: 
            Average Sort Space Used: 900
            Peak Sort Space Used: 1024
        Workers: 
          - Worker Number: 0
            Actual Startup Time: 1.5
            Actual Rows: 2
            Full-sort Groups: 
              Group Count: 7
              Sort Methods Used: 
                - "top-N heapsort"
              Sort Space Memory: 
                Peak Sort Space Used: 28
            JIT: 
              Functions: 99
          - Worker Number: 1
            Sort Method: "quicksort"
            Temp Read Blocks: 0
        Plans: 
          - Node Type: "Aggregate"
            Strategy: "Mixed"
            Partial Mode: "Simple"
            Parent Relationship: "Outer"
            Grouping Sets: 
              - Hash Keys: 
                  - ["name", "(a % 3)"]
                  - ["name"]
              - Sort Key: 
                  - "b"
                Group Keys: 
                  - []
            Plans: 
              - Node Type: "Index Scan"
                Parent Relationship: "Outer"
                Scan Direction: "Backward"
                Index Name: "a \"quoted\" index"
                Relation Name: "t"
                Alias: "t_1"
                Index Cond: "((a < 5) AND (b <> 'x & y\\z'::text))"
                Rows Removed by Filter: 0
          - Node Type: "Result"
            Parent Relationship: "InitPlan"
            Subplan Name: "InitPlan 1 (returns $0)"
  Settings: 
    work_mem: "64kB"
    search_path: "shop, public"
  Query Identifier: -7805104457063929071
  Planning: 
    Shared Hit Blocks: 9
    Shared Read Blocks: 0
    Memory Used: 12
    Memory Allocated: 16
  Planning Time: 0.129
  Triggers: 
    - Trigger Name: "RI_ConstraintTrigger_c_1"
      Constraint Name: "t_fkey"
      Relation: "t"
      Time: 27.5
      Calls: 3
  JIT: 
    Functions: 22
    Options: 
      Inlining: false
      Expressions: true
    Timing: 
      Generation: 
        Deform: 0.125
        Total: 0.5
      Inlining: 0.0
      Optimization: 1.25
      Emission: 2.25
      Total: 4.0
  Serialization: 
    Time: 0.75
    Output Volume: 2
    Format: "text"
  Execution Time: 32.5)yaml";

inline constexpr std::string_view kPlanAsXml =
    R"xml(<explain xmlns="http://www.postgresql.org/2009/explain">
  <Query>
    <Plan>
      <Node-Type>Gather Merge</Node-Type>
      <Parallel-Aware>false</Parallel-Aware>
      <Async-Capable>false</Async-Capable>
      <Startup-Cost>1000.5</Startup-Cost>
      <Total-Cost>2042.36</Total-Cost>
      <Plan-Rows>6</Plan-Rows>
      <Plan-Width>13</Plan-Width>
      <Actual-Startup-Time>3.125</Actual-Startup-Time>
      <Actual-Total-Time>4.5</Actual-Total-Time>
      <Actual-Rows>4</Actual-Rows>
      <Actual-Loops>1</Actual-Loops>
      <Output>
        <Item>name</Item>
        <Item>(count(*))</Item>
      </Output>
      <Workers-Planned>2</Workers-Planned>
      <Workers-Launched>0</Workers-Launched>
      <Shared-Hit-Blocks>120</Shared-Hit-Blocks>
      <Shared-Read-Blocks>0</Shared-Read-Blocks>
      <I-O-Read-Time>0.25</I-O-Read-Time>
      <WAL-FPI>0</WAL-FPI>
      <Plans>
        <Plan>
          <Node-Type>Incremental Sort</Node-Type>
          <Parent-Relationship>Outer</Parent-Relationship>
          <Parallel-Aware>true</Parallel-Aware>
          <Sort-Key>
            <Item>name</Item>
            <Item>(count(*)) DESC</Item>
          </Sort-Key>
          <Presorted-Key>
            <Item>name</Item>
          </Presorted-Key>
          <Incremental-Sort-Groups>
            <Group-Count>3</Group-Count>
            <Sort-Methods-Used>
              <Item>quicksort</Item>
            </Sort-Methods-Used>
            <Sort-Space>
              <Average-Sort-Space-Used>30</Average-Sort-Space-Used>
              <Peak-Sort-Space-Used>34</Peak-Sort-Space-Used>
            </Sort-Space>
          </Incremental-Sort-Groups>
          <Incremental-Sort-Groups>
            <Group-Count>2</Group-Count>
            <Sort-Methods-Used>
              <Item>external merge</Item>
            </Sort-Methods-Used>
            <Sort-Space>
              <Average-Sort-Space-Used>900</Average-Sort-Space-Used>
              <Peak-Sort-Space-Used>1024</Peak-Sort-Space-Used>
            </Sort-Space>
          </Incremental-Sort-Groups>
          <Workers>
            <Worker>
              <Worker-Number>0</Worker-Number>
              <Actual-Startup-Time>1.5</Actual-Startup-Time>
              <Actual-Rows>2</Actual-Rows>
              <Incremental-Sort-Groups>
                <Group-Count>7</Group-Count>
                <Sort-Methods-Used>
                  <Item>top-N heapsort</Item>
                </Sort-Methods-Used>
                <Sort-Space>
                  <Peak-Sort-Space-Used>28</Peak-Sort-Space-Used>
                </Sort-Space>
              </Incremental-Sort-Groups>
              <JIT>
                <Functions>99</Functions>
              </JIT>
            </Worker>
            <Worker>
              <Worker-Number>1</Worker-Number>
              <Sort-Method>quicksort</Sort-Method>
              <Temp-Read-Blocks>0</Temp-Read-Blocks>
            </Worker>
          </Workers>
          <Plans>
            <Plan>
              <Node-Type>Aggregate</Node-Type>
              <Strategy>Mixed</Strategy>
              <Partial-Mode>Simple</Partial-Mode>
              <Parent-Relationship>Outer</Parent-Relationship>
              <Grouping-Sets>
                <Grouping-Set>
                  <Hash-Keys>
                    <Hash-Key>
                      <Item>name</Item>
                      <Item>(a % 3)</Item>
                    </Hash-Key>
                    <Hash-Key>
                      <Item>name</Item>
                    </Hash-Key>
                  </Hash-Keys>
                </Grouping-Set>
                <Grouping-Set>
                  <Sort-Key>
                    <Item>b</Item>
                  </Sort-Key>
                  <Group-Keys>
                    <Group-Key>
                    </Group-Key>
                  </Group-Keys>
                </Grouping-Set>
              </Grouping-Sets>
              <Plans>
                <Plan>
                  <Node-Type>Index Scan</Node-Type>
                  <Parent-Relationship>Outer</Parent-Relationship>
                  <Scan-Direction>Backward</Scan-Direction>
                  <Index-Name>a &quot;quoted&quot; index</Index-Name>
                  <Relation-Name>t</Relation-Name>
                  <Alias>t_1</Alias>
                  <Index-Cond>((a &lt; 5) AND (b &lt;&gt; 'x &amp; y\z'::text))</Index-Cond>
                  <Rows-Removed-by-Filter>0</Rows-Removed-by-Filter>
                </Plan>
              </Plans>
            </Plan>
            <Plan>
              <Node-Type>Result</Node-Type>
              <Parent-Relationship>InitPlan</Parent-Relationship>
              <Subplan-Name>InitPlan 1 (returns $0)</Subplan-Name>
            </Plan>
          </Plans>
        </Plan>
      </Plans>
    </Plan>
    <Settings>
      <work_mem>64kB</work_mem>
      <search_path>shop, public</search_path>
    </Settings>
    <Query-Identifier>-7805104457063929071</Query-Identifier>
    <Planning>
      <Shared-Hit-Blocks>9</Shared-Hit-Blocks>
      <Shared-Read-Blocks>0</Shared-Read-Blocks>
      <Memory-Used>12</Memory-Used>
      <Memory-Allocated>16</Memory-Allocated>
    </Planning>
    <Planning-Time>0.129</Planning-Time>
    <Triggers>
      <Trigger>
        <Trigger-Name>RI_ConstraintTrigger_c_1</Trigger-Name>
        <Constraint-Name>t_fkey</Constraint-Name>
        <Relation>t</Relation>
        <Time>27.5</Time>
        <Calls>3</Calls>
      </Trigger>
    </Triggers>
    <JIT>
      <Functions>22</Functions>
      <Options>
        <Inlining>false</Inlining>
        <Expressions>true</Expressions>
      </Options>
      <Timing>
        <Generation>
          <Deform>0.125</Deform>
          <Total>0.5</Total>
        </Generation>
        <Inlining>0.0</Inlining>
        <Optimization>1.25</Optimization>
        <Emission>2.25</Emission>
        <Total>4.0</Total>
      </Timing>
    </JIT>
    <Serialization>
      <Time>0.75</Time>
      <Output-Volume>2</Output-Volume>
      <Format>text</Format>
    </Serialization>
    <Execution-Time>32.5</Execution-Time>
  </Query>
</explain>)xml";

}  // namespace pgcounsel
