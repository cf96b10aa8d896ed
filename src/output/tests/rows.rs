use super::*;

#[test]
fn rows_stand_under_the_fixed_columns() {
    let mut records = two().to_vec();
    records.push(record(r#"{"ioc":"say \"hi\", =1","n":null}"#));
    records.push(record(r#"{"ioc":"=1+1","n":{"x":-5},"tags":"-x"}"#));
    assert_eq!(
        written(&Options::new(Format::Csv), &records),
        "ioc,n.x,tags\r\n\
         evil.example,1.10,\"[\"\"a\"\",\"\"b\"\"]\"\r\n\
         \"a \n b\",123456789012345678901234567890,\r\n\
         \"say \"\"hi\"\", =1\",,\r\n\
         '=1+1,-5,'-x\r\n"
    );
}

#[test]
fn the_header_is_there_without_records() {
    assert_eq!(written(&Options::new(Format::Csv), &[]), "ioc,n.x,tags\r\n");
    assert_eq!(
        written(&with_fields(Options::new(Format::Csv), "n.x,=a"), &[]),
        "n.x,'=a\r\n"
    );
}
