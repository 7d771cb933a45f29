package io.github.sentryinsights.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

import org.jspecify.annotations.NullUnmarked;

/**
 * Hands on the calls to a result set that are of no interest here.
 */
@NullUnmarked
abstract class DelegatingResultSet extends JdbcDelegate<ResultSet> implements ResultSet {

	DelegatingResultSet(ResultSet delegate) {
		super(delegate);
	}

	@Override
	public void afterLast() throws SQLException {
		this.delegate.afterLast();
	}

	@Override
	public void beforeFirst() throws SQLException {
		this.delegate.beforeFirst();
	}

	@Override
	public void cancelRowUpdates() throws SQLException {
		this.delegate.cancelRowUpdates();
	}

	@Override
	public void clearWarnings() throws SQLException {
		this.delegate.clearWarnings();
	}

	@Override
	public void deleteRow() throws SQLException {
		this.delegate.deleteRow();
	}

	@Override
	public int findColumn(String columnLabel) throws SQLException {
		return this.delegate.findColumn(columnLabel);
	}

	@Override
	public Array getArray(String columnLabel) throws SQLException {
		return this.delegate.getArray(columnLabel);
	}

	@Override
	public Array getArray(int columnIndex) throws SQLException {
		return this.delegate.getArray(columnIndex);
	}

	@Override
	public InputStream getAsciiStream(String columnLabel) throws SQLException {
		return this.delegate.getAsciiStream(columnLabel);
	}

	@Override
	public InputStream getAsciiStream(int columnIndex) throws SQLException {
		return this.delegate.getAsciiStream(columnIndex);
	}

	@Override
	@Deprecated
	public BigDecimal getBigDecimal(String columnLabel, int scale) throws SQLException {
		return this.delegate.getBigDecimal(columnLabel, scale);
	}

	@Override
	public BigDecimal getBigDecimal(String columnLabel) throws SQLException {
		return this.delegate.getBigDecimal(columnLabel);
	}

	@Override
	@Deprecated
	public BigDecimal getBigDecimal(int columnIndex, int scale) throws SQLException {
		return this.delegate.getBigDecimal(columnIndex, scale);
	}

	@Override
	public BigDecimal getBigDecimal(int columnIndex) throws SQLException {
		return this.delegate.getBigDecimal(columnIndex);
	}

	@Override
	public InputStream getBinaryStream(String columnLabel) throws SQLException {
		return this.delegate.getBinaryStream(columnLabel);
	}

	@Override
	public InputStream getBinaryStream(int columnIndex) throws SQLException {
		return this.delegate.getBinaryStream(columnIndex);
	}

	@Override
	public Blob getBlob(String columnLabel) throws SQLException {
		return this.delegate.getBlob(columnLabel);
	}

	@Override
	public Blob getBlob(int columnIndex) throws SQLException {
		return this.delegate.getBlob(columnIndex);
	}

	@Override
	public boolean getBoolean(String columnLabel) throws SQLException {
		return this.delegate.getBoolean(columnLabel);
	}

	@Override
	public boolean getBoolean(int columnIndex) throws SQLException {
		return this.delegate.getBoolean(columnIndex);
	}

	@Override
	public byte getByte(String columnLabel) throws SQLException {
		return this.delegate.getByte(columnLabel);
	}

	@Override
	public byte getByte(int columnIndex) throws SQLException {
		return this.delegate.getByte(columnIndex);
	}

	@Override
	public byte[] getBytes(String columnLabel) throws SQLException {
		return this.delegate.getBytes(columnLabel);
	}

	@Override
	public byte[] getBytes(int columnIndex) throws SQLException {
		return this.delegate.getBytes(columnIndex);
	}

	@Override
	public Reader getCharacterStream(String columnLabel) throws SQLException {
		return this.delegate.getCharacterStream(columnLabel);
	}

	@Override
	public Reader getCharacterStream(int columnIndex) throws SQLException {
		return this.delegate.getCharacterStream(columnIndex);
	}

	@Override
	public Clob getClob(String columnLabel) throws SQLException {
		return this.delegate.getClob(columnLabel);
	}

	@Override
	public Clob getClob(int columnIndex) throws SQLException {
		return this.delegate.getClob(columnIndex);
	}

	@Override
	public int getConcurrency() throws SQLException {
		return this.delegate.getConcurrency();
	}

	@Override
	public String getCursorName() throws SQLException {
		return this.delegate.getCursorName();
	}

	@Override
	public Date getDate(String columnLabel, Calendar calendar) throws SQLException {
		return this.delegate.getDate(columnLabel, calendar);
	}

	@Override
	public Date getDate(String columnLabel) throws SQLException {
		return this.delegate.getDate(columnLabel);
	}

	@Override
	public Date getDate(int columnIndex, Calendar calendar) throws SQLException {
		return this.delegate.getDate(columnIndex, calendar);
	}

	@Override
	public Date getDate(int columnIndex) throws SQLException {
		return this.delegate.getDate(columnIndex);
	}

	@Override
	public double getDouble(String columnLabel) throws SQLException {
		return this.delegate.getDouble(columnLabel);
	}

	@Override
	public double getDouble(int columnIndex) throws SQLException {
		return this.delegate.getDouble(columnIndex);
	}

	@Override
	public int getFetchDirection() throws SQLException {
		return this.delegate.getFetchDirection();
	}

	@Override
	public int getFetchSize() throws SQLException {
		return this.delegate.getFetchSize();
	}

	@Override
	public float getFloat(String columnLabel) throws SQLException {
		return this.delegate.getFloat(columnLabel);
	}

	@Override
	public float getFloat(int columnIndex) throws SQLException {
		return this.delegate.getFloat(columnIndex);
	}

	@Override
	public int getHoldability() throws SQLException {
		return this.delegate.getHoldability();
	}

	@Override
	public int getInt(String columnLabel) throws SQLException {
		return this.delegate.getInt(columnLabel);
	}

	@Override
	public int getInt(int columnIndex) throws SQLException {
		return this.delegate.getInt(columnIndex);
	}

	@Override
	public long getLong(String columnLabel) throws SQLException {
		return this.delegate.getLong(columnLabel);
	}

	@Override
	public long getLong(int columnIndex) throws SQLException {
		return this.delegate.getLong(columnIndex);
	}

	@Override
	public ResultSetMetaData getMetaData() throws SQLException {
		return this.delegate.getMetaData();
	}

	@Override
	public Reader getNCharacterStream(String columnLabel) throws SQLException {
		return this.delegate.getNCharacterStream(columnLabel);
	}

	@Override
	public Reader getNCharacterStream(int columnIndex) throws SQLException {
		return this.delegate.getNCharacterStream(columnIndex);
	}

	@Override
	public NClob getNClob(String columnLabel) throws SQLException {
		return this.delegate.getNClob(columnLabel);
	}

	@Override
	public NClob getNClob(int columnIndex) throws SQLException {
		return this.delegate.getNClob(columnIndex);
	}

	@Override
	public String getNString(String columnLabel) throws SQLException {
		return this.delegate.getNString(columnLabel);
	}

	@Override
	public String getNString(int columnIndex) throws SQLException {
		return this.delegate.getNString(columnIndex);
	}

	@Override
	public <T> T getObject(String columnLabel, Class<T> type) throws SQLException {
		return this.delegate.getObject(columnLabel, type);
	}

	@Override
	public Object getObject(String columnLabel, Map<String, Class<?>> map) throws SQLException {
		return this.delegate.getObject(columnLabel, map);
	}

	@Override
	public Object getObject(String columnLabel) throws SQLException {
		return this.delegate.getObject(columnLabel);
	}

	@Override
	public <T> T getObject(int columnIndex, Class<T> type) throws SQLException {
		return this.delegate.getObject(columnIndex, type);
	}

	@Override
	public Object getObject(int columnIndex, Map<String, Class<?>> map) throws SQLException {
		return this.delegate.getObject(columnIndex, map);
	}

	@Override
	public Object getObject(int columnIndex) throws SQLException {
		return this.delegate.getObject(columnIndex);
	}

	@Override
	public Ref getRef(String columnLabel) throws SQLException {
		return this.delegate.getRef(columnLabel);
	}

	@Override
	public Ref getRef(int columnIndex) throws SQLException {
		return this.delegate.getRef(columnIndex);
	}

	@Override
	public int getRow() throws SQLException {
		return this.delegate.getRow();
	}

	@Override
	public RowId getRowId(String columnLabel) throws SQLException {
		return this.delegate.getRowId(columnLabel);
	}

	@Override
	public RowId getRowId(int columnIndex) throws SQLException {
		return this.delegate.getRowId(columnIndex);
	}

	@Override
	public SQLXML getSQLXML(String columnLabel) throws SQLException {
		return this.delegate.getSQLXML(columnLabel);
	}

	@Override
	public SQLXML getSQLXML(int columnIndex) throws SQLException {
		return this.delegate.getSQLXML(columnIndex);
	}

	@Override
	public short getShort(String columnLabel) throws SQLException {
		return this.delegate.getShort(columnLabel);
	}

	@Override
	public short getShort(int columnIndex) throws SQLException {
		return this.delegate.getShort(columnIndex);
	}

	@Override
	public String getString(String columnLabel) throws SQLException {
		return this.delegate.getString(columnLabel);
	}

	@Override
	public String getString(int columnIndex) throws SQLException {
		return this.delegate.getString(columnIndex);
	}

	@Override
	public Time getTime(String columnLabel, Calendar calendar) throws SQLException {
		return this.delegate.getTime(columnLabel, calendar);
	}

	@Override
	public Time getTime(String columnLabel) throws SQLException {
		return this.delegate.getTime(columnLabel);
	}

	@Override
	public Time getTime(int columnIndex, Calendar calendar) throws SQLException {
		return this.delegate.getTime(columnIndex, calendar);
	}

	@Override
	public Time getTime(int columnIndex) throws SQLException {
		return this.delegate.getTime(columnIndex);
	}

	@Override
	public Timestamp getTimestamp(String columnLabel, Calendar calendar) throws SQLException {
		return this.delegate.getTimestamp(columnLabel, calendar);
	}

	@Override
	public Timestamp getTimestamp(String columnLabel) throws SQLException {
		return this.delegate.getTimestamp(columnLabel);
	}

	@Override
	public Timestamp getTimestamp(int columnIndex, Calendar calendar) throws SQLException {
		return this.delegate.getTimestamp(columnIndex, calendar);
	}

	@Override
	public Timestamp getTimestamp(int columnIndex) throws SQLException {
		return this.delegate.getTimestamp(columnIndex);
	}

	@Override
	public int getType() throws SQLException {
		return this.delegate.getType();
	}

	@Override
	public URL getURL(String columnLabel) throws SQLException {
		return this.delegate.getURL(columnLabel);
	}

	@Override
	public URL getURL(int columnIndex) throws SQLException {
		return this.delegate.getURL(columnIndex);
	}

	@Override
	@Deprecated
	public InputStream getUnicodeStream(String columnLabel) throws SQLException {
		return this.delegate.getUnicodeStream(columnLabel);
	}

	@Override
	@Deprecated
	public InputStream getUnicodeStream(int columnIndex) throws SQLException {
		return this.delegate.getUnicodeStream(columnIndex);
	}

	@Override
	public SQLWarning getWarnings() throws SQLException {
		return this.delegate.getWarnings();
	}

	@Override
	public void insertRow() throws SQLException {
		this.delegate.insertRow();
	}

	@Override
	public boolean isAfterLast() throws SQLException {
		return this.delegate.isAfterLast();
	}

	@Override
	public boolean isBeforeFirst() throws SQLException {
		return this.delegate.isBeforeFirst();
	}

	@Override
	public boolean isClosed() throws SQLException {
		return this.delegate.isClosed();
	}

	@Override
	public boolean isFirst() throws SQLException {
		return this.delegate.isFirst();
	}

	@Override
	public boolean isLast() throws SQLException {
		return this.delegate.isLast();
	}

	@Override
	public void moveToCurrentRow() throws SQLException {
		this.delegate.moveToCurrentRow();
	}

	@Override
	public void moveToInsertRow() throws SQLException {
		this.delegate.moveToInsertRow();
	}

	@Override
	public void refreshRow() throws SQLException {
		this.delegate.refreshRow();
	}

	@Override
	public boolean rowDeleted() throws SQLException {
		return this.delegate.rowDeleted();
	}

	@Override
	public boolean rowInserted() throws SQLException {
		return this.delegate.rowInserted();
	}

	@Override
	public boolean rowUpdated() throws SQLException {
		return this.delegate.rowUpdated();
	}

	@Override
	public void setFetchDirection(int direction) throws SQLException {
		this.delegate.setFetchDirection(direction);
	}

	@Override
	public void setFetchSize(int rows) throws SQLException {
		this.delegate.setFetchSize(rows);
	}

	@Override
	public void updateArray(String columnLabel, Array value) throws SQLException {
		this.delegate.updateArray(columnLabel, value);
	}

	@Override
	public void updateArray(int columnIndex, Array value) throws SQLException {
		this.delegate.updateArray(columnIndex, value);
	}

	@Override
	public void updateAsciiStream(String columnLabel, InputStream value, int length) throws SQLException {
		this.delegate.updateAsciiStream(columnLabel, value, length);
	}

	@Override
	public void updateAsciiStream(String columnLabel, InputStream value, long length) throws SQLException {
		this.delegate.updateAsciiStream(columnLabel, value, length);
	}

	@Override
	public void updateAsciiStream(String columnLabel, InputStream value) throws SQLException {
		this.delegate.updateAsciiStream(columnLabel, value);
	}

	@Override
	public void updateAsciiStream(int columnIndex, InputStream value, int length) throws SQLException {
		this.delegate.updateAsciiStream(columnIndex, value, length);
	}

	@Override
	public void updateAsciiStream(int columnIndex, InputStream value, long length) throws SQLException {
		this.delegate.updateAsciiStream(columnIndex, value, length);
	}

	@Override
	public void updateAsciiStream(int columnIndex, InputStream value) throws SQLException {
		this.delegate.updateAsciiStream(columnIndex, value);
	}

	@Override
	public void updateBigDecimal(String columnLabel, BigDecimal value) throws SQLException {
		this.delegate.updateBigDecimal(columnLabel, value);
	}

	@Override
	public void updateBigDecimal(int columnIndex, BigDecimal value) throws SQLException {
		this.delegate.updateBigDecimal(columnIndex, value);
	}

	@Override
	public void updateBinaryStream(String columnLabel, InputStream value, int length) throws SQLException {
		this.delegate.updateBinaryStream(columnLabel, value, length);
	}

	@Override
	public void updateBinaryStream(String columnLabel, InputStream value, long length) throws SQLException {
		this.delegate.updateBinaryStream(columnLabel, value, length);
	}

	@Override
	public void updateBinaryStream(String columnLabel, InputStream value) throws SQLException {
		this.delegate.updateBinaryStream(columnLabel, value);
	}

	@Override
	public void updateBinaryStream(int columnIndex, InputStream value, int length) throws SQLException {
		this.delegate.updateBinaryStream(columnIndex, value, length);
	}

	@Override
	public void updateBinaryStream(int columnIndex, InputStream value, long length) throws SQLException {
		this.delegate.updateBinaryStream(columnIndex, value, length);
	}

	@Override
	public void updateBinaryStream(int columnIndex, InputStream value) throws SQLException {
		this.delegate.updateBinaryStream(columnIndex, value);
	}

	@Override
	public void updateBlob(String columnLabel, Blob value) throws SQLException {
		this.delegate.updateBlob(columnLabel, value);
	}

	@Override
	public void updateBlob(String columnLabel, InputStream value, long length) throws SQLException {
		this.delegate.updateBlob(columnLabel, value, length);
	}

	@Override
	public void updateBlob(String columnLabel, InputStream value) throws SQLException {
		this.delegate.updateBlob(columnLabel, value);
	}

	@Override
	public void updateBlob(int columnIndex, Blob value) throws SQLException {
		this.delegate.updateBlob(columnIndex, value);
	}

	@Override
	public void updateBlob(int columnIndex, InputStream value, long length) throws SQLException {
		this.delegate.updateBlob(columnIndex, value, length);
	}

	@Override
	public void updateBlob(int columnIndex, InputStream value) throws SQLException {
		this.delegate.updateBlob(columnIndex, value);
	}

	@Override
	public void updateBoolean(String columnLabel, boolean value) throws SQLException {
		this.delegate.updateBoolean(columnLabel, value);
	}

	@Override
	public void updateBoolean(int columnIndex, boolean value) throws SQLException {
		this.delegate.updateBoolean(columnIndex, value);
	}

	@Override
	public void updateByte(String columnLabel, byte value) throws SQLException {
		this.delegate.updateByte(columnLabel, value);
	}

	@Override
	public void updateByte(int columnIndex, byte value) throws SQLException {
		this.delegate.updateByte(columnIndex, value);
	}

	@Override
	public void updateBytes(String columnLabel, byte[] value) throws SQLException {
		this.delegate.updateBytes(columnLabel, value);
	}

	@Override
	public void updateBytes(int columnIndex, byte[] value) throws SQLException {
		this.delegate.updateBytes(columnIndex, value);
	}

	@Override
	public void updateCharacterStream(String columnLabel, Reader value, int length) throws SQLException {
		this.delegate.updateCharacterStream(columnLabel, value, length);
	}

	@Override
	public void updateCharacterStream(String columnLabel, Reader value, long length) throws SQLException {
		this.delegate.updateCharacterStream(columnLabel, value, length);
	}

	@Override
	public void updateCharacterStream(String columnLabel, Reader value) throws SQLException {
		this.delegate.updateCharacterStream(columnLabel, value);
	}

	@Override
	public void updateCharacterStream(int columnIndex, Reader value, int length) throws SQLException {
		this.delegate.updateCharacterStream(columnIndex, value, length);
	}

	@Override
	public void updateCharacterStream(int columnIndex, Reader value, long length) throws SQLException {
		this.delegate.updateCharacterStream(columnIndex, value, length);
	}

	@Override
	public void updateCharacterStream(int columnIndex, Reader value) throws SQLException {
		this.delegate.updateCharacterStream(columnIndex, value);
	}

	@Override
	public void updateClob(String columnLabel, Clob value) throws SQLException {
		this.delegate.updateClob(columnLabel, value);
	}

	@Override
	public void updateClob(String columnLabel, Reader value, long length) throws SQLException {
		this.delegate.updateClob(columnLabel, value, length);
	}

	@Override
	public void updateClob(String columnLabel, Reader value) throws SQLException {
		this.delegate.updateClob(columnLabel, value);
	}

	@Override
	public void updateClob(int columnIndex, Clob value) throws SQLException {
		this.delegate.updateClob(columnIndex, value);
	}

	@Override
	public void updateClob(int columnIndex, Reader value, long length) throws SQLException {
		this.delegate.updateClob(columnIndex, value, length);
	}

	@Override
	public void updateClob(int columnIndex, Reader value) throws SQLException {
		this.delegate.updateClob(columnIndex, value);
	}

	@Override
	public void updateDate(String columnLabel, Date value) throws SQLException {
		this.delegate.updateDate(columnLabel, value);
	}

	@Override
	public void updateDate(int columnIndex, Date value) throws SQLException {
		this.delegate.updateDate(columnIndex, value);
	}

	@Override
	public void updateDouble(String columnLabel, double value) throws SQLException {
		this.delegate.updateDouble(columnLabel, value);
	}

	@Override
	public void updateDouble(int columnIndex, double value) throws SQLException {
		this.delegate.updateDouble(columnIndex, value);
	}

	@Override
	public void updateFloat(String columnLabel, float value) throws SQLException {
		this.delegate.updateFloat(columnLabel, value);
	}

	@Override
	public void updateFloat(int columnIndex, float value) throws SQLException {
		this.delegate.updateFloat(columnIndex, value);
	}

	@Override
	public void updateInt(String columnLabel, int value) throws SQLException {
		this.delegate.updateInt(columnLabel, value);
	}

	@Override
	public void updateInt(int columnIndex, int value) throws SQLException {
		this.delegate.updateInt(columnIndex, value);
	}

	@Override
	public void updateLong(String columnLabel, long value) throws SQLException {
		this.delegate.updateLong(columnLabel, value);
	}

	@Override
	public void updateLong(int columnIndex, long value) throws SQLException {
		this.delegate.updateLong(columnIndex, value);
	}

	@Override
	public void updateNCharacterStream(String columnLabel, Reader value, long length) throws SQLException {
		this.delegate.updateNCharacterStream(columnLabel, value, length);
	}

	@Override
	public void updateNCharacterStream(String columnLabel, Reader value) throws SQLException {
		this.delegate.updateNCharacterStream(columnLabel, value);
	}

	@Override
	public void updateNCharacterStream(int columnIndex, Reader value, long length) throws SQLException {
		this.delegate.updateNCharacterStream(columnIndex, value, length);
	}

	@Override
	public void updateNCharacterStream(int columnIndex, Reader value) throws SQLException {
		this.delegate.updateNCharacterStream(columnIndex, value);
	}

	@Override
	public void updateNClob(String columnLabel, NClob value) throws SQLException {
		this.delegate.updateNClob(columnLabel, value);
	}

	@Override
	public void updateNClob(String columnLabel, Reader value, long length) throws SQLException {
		this.delegate.updateNClob(columnLabel, value, length);
	}

	@Override
	public void updateNClob(String columnLabel, Reader value) throws SQLException {
		this.delegate.updateNClob(columnLabel, value);
	}

	@Override
	public void updateNClob(int columnIndex, NClob value) throws SQLException {
		this.delegate.updateNClob(columnIndex, value);
	}

	@Override
	public void updateNClob(int columnIndex, Reader value, long length) throws SQLException {
		this.delegate.updateNClob(columnIndex, value, length);
	}

	@Override
	public void updateNClob(int columnIndex, Reader value) throws SQLException {
		this.delegate.updateNClob(columnIndex, value);
	}

	@Override
	public void updateNString(String columnLabel, String value) throws SQLException {
		this.delegate.updateNString(columnLabel, value);
	}

	@Override
	public void updateNString(int columnIndex, String value) throws SQLException {
		this.delegate.updateNString(columnIndex, value);
	}

	@Override
	public void updateNull(String columnLabel) throws SQLException {
		this.delegate.updateNull(columnLabel);
	}

	@Override
	public void updateNull(int columnIndex) throws SQLException {
		this.delegate.updateNull(columnIndex);
	}

	@Override
	public void updateObject(String columnLabel, Object value, SQLType targetSqlType, int scaleOrLength)
			throws SQLException {
		this.delegate.updateObject(columnLabel, value, targetSqlType, scaleOrLength);
	}

	@Override
	public void updateObject(String columnLabel, Object value, SQLType targetSqlType) throws SQLException {
		this.delegate.updateObject(columnLabel, value, targetSqlType);
	}

	@Override
	public void updateObject(String columnLabel, Object value, int scaleOrLength) throws SQLException {
		this.delegate.updateObject(columnLabel, value, scaleOrLength);
	}

	@Override
	public void updateObject(String columnLabel, Object value) throws SQLException {
		this.delegate.updateObject(columnLabel, value);
	}

	@Override
	public void updateObject(int columnIndex, Object value, SQLType targetSqlType, int scaleOrLength)
			throws SQLException {
		this.delegate.updateObject(columnIndex, value, targetSqlType, scaleOrLength);
	}

	@Override
	public void updateObject(int columnIndex, Object value, SQLType targetSqlType) throws SQLException {
		this.delegate.updateObject(columnIndex, value, targetSqlType);
	}

	@Override
	public void updateObject(int columnIndex, Object value, int scaleOrLength) throws SQLException {
		this.delegate.updateObject(columnIndex, value, scaleOrLength);
	}

	@Override
	public void updateObject(int columnIndex, Object value) throws SQLException {
		this.delegate.updateObject(columnIndex, value);
	}

	@Override
	public void updateRef(String columnLabel, Ref value) throws SQLException {
		this.delegate.updateRef(columnLabel, value);
	}

	@Override
	public void updateRef(int columnIndex, Ref value) throws SQLException {
		this.delegate.updateRef(columnIndex, value);
	}

	@Override
	public void updateRow() throws SQLException {
		this.delegate.updateRow();
	}

	@Override
	public void updateRowId(String columnLabel, RowId value) throws SQLException {
		this.delegate.updateRowId(columnLabel, value);
	}

	@Override
	public void updateRowId(int columnIndex, RowId value) throws SQLException {
		this.delegate.updateRowId(columnIndex, value);
	}

	@Override
	public void updateSQLXML(String columnLabel, SQLXML value) throws SQLException {
		this.delegate.updateSQLXML(columnLabel, value);
	}

	@Override
	public void updateSQLXML(int columnIndex, SQLXML value) throws SQLException {
		this.delegate.updateSQLXML(columnIndex, value);
	}

	@Override
	public void updateShort(String columnLabel, short value) throws SQLException {
		this.delegate.updateShort(columnLabel, value);
	}

	@Override
	public void updateShort(int columnIndex, short value) throws SQLException {
		this.delegate.updateShort(columnIndex, value);
	}

	@Override
	public void updateString(String columnLabel, String value) throws SQLException {
		this.delegate.updateString(columnLabel, value);
	}

	@Override
	public void updateString(int columnIndex, String value) throws SQLException {
		this.delegate.updateString(columnIndex, value);
	}

	@Override
	public void updateTime(String columnLabel, Time value) throws SQLException {
		this.delegate.updateTime(columnLabel, value);
	}

	@Override
	public void updateTime(int columnIndex, Time value) throws SQLException {
		this.delegate.updateTime(columnIndex, value);
	}

	@Override
	public void updateTimestamp(String columnLabel, Timestamp value) throws SQLException {
		this.delegate.updateTimestamp(columnLabel, value);
	}

	@Override
	public void updateTimestamp(int columnIndex, Timestamp value) throws SQLException {
		this.delegate.updateTimestamp(columnIndex, value);
	}

	@Override
	public boolean wasNull() throws SQLException {
		return this.delegate.wasNull();
	}

}
