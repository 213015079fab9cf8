package io.taskgraph.gates;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringWriter;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** How a report is written. */
public enum GateFormat {
    /** By {@code gate-report.schema.json}: keys in a fixed order, one line. */
    JSON("json", GateFormat::json),
    /** JUnit's XML, a test case a gate: a gate that does not pass fails if it blocks, and is skipped if it does not. */
    JUNIT("xml", GateFormat::junit),
    /** For a pull request. */
    MARKDOWN("md", GateFormat::markdown);

    private final String ending;
    private final Function<GateReport, String> writer;

    GateFormat(String ending, Function<GateReport, String> writer) {
        this.ending = ending;
        this.writer = writer;
    }

    /** The report's text, with a line end at its end. */
    public String write(GateReport report) {
        return writer.apply(report);
    }

    /** A name for a file that holds it. */
    public String fileName(GateReport report) {
        return "gates-" + report.set().toLowerCase(Locale.ROOT) + "." + ending;
    }

    private static String json(GateReport r) {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("format", 1);
        all.put("set", r.set());
        all.put("title", r.title());
        all.put("verdict", r.verdict().name());
        all.put("window", r.window().words());
        all.put("runs", r.runs());
        all.put("read_to", r.readTo());
        all.put("decisions", r.decisions());
        all.put(
                "last_decided_at",
                r.lastDecidedAt() == 0
                        ? null
                        : Instant.ofEpochMilli(r.lastDecidedAt()).toString());
        all.put("gates", r.gates().stream().map(GateFormat::fields).toList());
        try {
            return new ObjectMapper().writeValueAsString(all) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("texts and numbers can be written as JSON", e);
        }
    }

    private static Map<String, Object> fields(GateResult g) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", g.id());
        fields.put("question", g.question());
        fields.put("verdict", g.verdict().name());
        fields.put("blocking", g.blocking());
        fields.put("because", g.because());
        fields.put("thresholds", g.thresholds());
        fields.put("evidence", g.evidence());
        fields.put(
                "objections",
                g.objections().stream()
                        .map(o -> {
                            Map<String, Object> one = new LinkedHashMap<>();
                            one.put("run_id", o.runId());
                            one.put("sequence", o.sequence());
                            one.put("what", o.what());
                            return one;
                        })
                        .toList());
        fields.put("objected", g.objected());
        return fields;
    }

    private static String junit(GateReport r) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuite");
            xml.writeAttribute("name", "taskgraph.gates." + r.set());
            xml.writeAttribute("tests", Integer.toString(r.gates().size()));
            xml.writeAttribute(
                    "failures",
                    Long.toString(r.gates().stream().filter(GateResult::blocks).count()));
            xml.writeAttribute("errors", "0");
            xml.writeAttribute(
                    "skipped",
                    Long.toString(r.gates().stream()
                            .filter(g -> !g.blocks() && g.verdict() != Verdict.PASS)
                            .count()));
            xml.writeAttribute("time", "0");
            for (GateResult g : r.gates()) {
                xml.writeCharacters("\n  ");
                xml.writeStartElement("testcase");
                xml.writeAttribute("classname", "taskgraph.gates." + r.set());
                xml.writeAttribute("name", g.id());
                xml.writeAttribute("time", "0");
                outcome(xml, g);
                xml.writeEndElement();
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeEndDocument();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("a text takes every event", e);
        }
        return text + "\n";
    }

    private static void outcome(XMLStreamWriter xml, GateResult g) throws XMLStreamException {
        if (g.verdict() != Verdict.PASS) {
            xml.writeStartElement(g.blocks() ? "failure" : "skipped");
            xml.writeAttribute("message", xmlText(g.verdict() + ": " + g.because()));
            if (g.blocks()) {
                xml.writeAttribute("type", g.verdict().name());
                for (Tally.Objection o : g.objections()) {
                    xml.writeCharacters("\n" + xmlText(o.toString()));
                }
            }
            xml.writeEndElement();
        }
        xml.writeStartElement("system-out");
        xml.writeCharacters(xmlText(g.because() + " " + g.evidence()));
        xml.writeEndElement();
    }

    /** Ids come from other people, and XML 1.0 cannot hold every character. */
    private static String xmlText(String text) {
        StringBuilder kept = new StringBuilder();
        text.codePoints()
                .map(c -> c == '\n' || c >= 0x20 && c <= 0xD7FF || c >= 0xE000 && c <= 0xFFFD || c >= 0x10000
                        ? c
                        : '\uFFFD')
                .forEach(kept::appendCodePoint);
        return kept.toString();
    }

    private static String markdown(GateReport r) {
        StringBuilder text = new StringBuilder("# Gates ")
                .append(cell(r.set()))
                .append(r.title().isEmpty() ? "" : ", " + cell(r.title()))
                .append(": ")
                .append(r.verdict())
                .append("\n\n")
                .append(Words.count(r.runs().size(), "run"))
                .append(", ")
                .append(Words.count(r.decisions(), "decision"))
                .append(" read; ")
                .append(cell(r.window().words()))
                .append(".\n\n| gate | verdict | blocks | because |\n|---|---|---|---|\n");
        for (GateResult g : r.gates()) {
            text.append("| `")
                    .append(g.id())
                    .append("` | ")
                    .append(g.verdict() == Verdict.PASS ? "PASS" : "**" + g.verdict() + "**")
                    .append(" | ")
                    .append(g.blocking() ? "yes" : "no")
                    .append(" | ")
                    .append(cell(g.because()))
                    .append(" |\n");
        }
        r.gates().stream().filter(g -> !g.objections().isEmpty()).forEach(g -> {
            text.append("\n## `").append(g.id()).append("`\n\n");
            g.objections()
                    .forEach(o -> text.append("* ").append(cell(o.toString())).append('\n'));
            if (g.objected() > g.objections().size()) {
                text.append("* and ")
                        .append(g.objected() - g.objections().size())
                        .append(" more\n");
            }
        });
        return text.toString();
    }

    /** Ids come from other people: none ends its cell or makes a link or a tag. */
    private static String cell(String text) {
        return text.replaceAll("\\p{Cntrl}", " ").replaceAll("([\\\\`*_\\[\\]<>|])", "\\\\$1");
    }
}
