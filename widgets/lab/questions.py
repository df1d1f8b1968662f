"""What the lab asks for in line, and what it does with the answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QApplication

from aliquot.widgets.lab.ask import Answer, AskRow, Question
from aliquot.widgets.lab.bench import Bench
from aliquot.widgets.lab.editor import LayoutPane, new_name

if TYPE_CHECKING:
    from aliquot.widgets.lab.panel import LabPanel


class Questions(QObject):
    """One at a time; the answer is said by the panel."""

    def __init__(self, panel: LabPanel, row: AskRow) -> None:
        super().__init__(panel)
        self._panel = panel
        self.row = row
        self.last_path = ""
        self._replace = ""
        row.answered.connect(self._answered)

    def _bench(self) -> Bench:
        assert self._panel.bench is not None
        return self._panel.bench

    def _pane(self) -> LayoutPane:
        assert self._panel.body is not None
        return self._panel.body.layout_pane

    def _ask(self, question: Question, text: str) -> None:
        self._replace = ""
        self.row.ask(question, text, QApplication.focusWidget())

    def _beside(self) -> Path:
        """The open recording: what is written is proposed beside it."""
        bench = self._bench()
        assert bench.result is not None
        return Path(bench.result.recording.path)

    def ask_open(self) -> None:
        self._ask(Question.OPEN, self.last_path)

    def ask_save(self) -> None:
        text = self._pane().text
        if not text.strip():
            self._panel.say(
                "There is no layout to save: choose one, or write one.", bad=True
            )
            return
        self._ask(Question.LAYOUT, str(self._beside().with_name(new_name(text))))

    def ask_case(self) -> None:
        bench = self._bench()
        if bench.stretch is None:
            bench.begin_stretch()
        stretch = bench.stretch
        if stretch is None:
            self._panel.say("No item is chosen: go to one first.", bad=True)
            return
        beside = self._beside()
        name = f"{beside.stem}-{stretch.first + 1}-{stretch.last + 1}"
        self._ask(Question.CASE, str(beside.parent / "cases" / name))

    def ask_report(self) -> None:
        self._ask(Question.REPORT, str(self._beside().with_suffix(".html")))

    @Slot(object)
    def _answered(self, answer: Answer) -> None:
        bench = self._bench()
        if self._is_there(answer):
            return
        self.row.leave()
        self._panel.say("")
        match answer.question:
            case Question.OPEN:
                self._panel.open_path(answer.text)
            case Question.LAYOUT:
                self._save(Path(answer.text))
            case Question.CASE:
                bench.save_case(answer.text)
            case Question.REPORT:
                bench.report(answer.text, True)

    def _is_there(self, answer: Answer) -> bool:
        """A file that would be replaced is asked about, once."""
        if answer.question not in (Question.LAYOUT, Question.REPORT):
            return False
        if self._replace == answer.text or not Path(answer.text).exists():
            return False
        self._replace = answer.text
        self._panel.say(f"{answer.text} is there already. Enter again replaces it.")
        return True

    def _save(self, path: Path) -> None:
        try:
            path.write_text(self._pane().text, encoding="utf-8")
        except OSError as why:
            said = f"{path} cannot be written: {why.strerror or why}."
            self._panel.say(f"{said} The layout stands here still.", bad=True)
        else:
            name = path.name
            self._panel.say(
                f"The layout is saved in {path}. A line uses it by "
                f'layout_file = "{name}" in its options.'
            )
