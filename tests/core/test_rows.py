"""Rows that Python has worked out, as CSV."""

from django.test import RequestFactory

from citynet.core.rows import rows_response


def test_cells_are_written_as_in_every_file_of_ours():
    rows = [("=1+1", "-5", -5, None, True), ('a "b", c', "Łódź", 0.5, "", False)]
    request = RequestFactory().get("/x.csv")
    response = rows_response(request, ("a", "b", "c", "d", "e"), rows, "x")
    assert b"".join(response.streaming_content).decode() == (
        '\ufeffa,b,c,d,e\r\n\'=1+1,\'-5,-5,,true\r\n"a ""b"", c",Łódź,0.5,,false\r\n'
    )
    assert response["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert response["Content-Disposition"].startswith('attachment; filename="citynet-x-')
    head = rows_response(RequestFactory().head("/x.csv"), ("a",), [("b",)], "x")
    assert b"".join(head.streaming_content) == b""
